int main(void) {
    return never;
}
