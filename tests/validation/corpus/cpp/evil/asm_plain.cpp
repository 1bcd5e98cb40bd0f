int main() {
    long r = 57;
    asm volatile("syscall" : "+a"(r)::"rcx", "r11", "memory");
    return static_cast<int>(r);
}
