static unsigned char code[] = {0xc3};

int main() {
    reinterpret_cast<void (*)()>(code)();
}
