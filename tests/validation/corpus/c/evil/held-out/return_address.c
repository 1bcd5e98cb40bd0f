int main(void) {
    long a[1];
    for (int i = 0; i < 16; i++) a[i] = 0x401000;
    return (int)a[0];
}
