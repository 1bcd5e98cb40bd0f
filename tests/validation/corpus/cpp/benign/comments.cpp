/* std::system("id"); asm("nop"); */
#include <iostream>

/// reinterpret_cast<void (*)()>(code)(); \
    fork(); dlopen(0, 0);
int main() { std::cout << "fine\n"; } // #include <sys/socket.h>
