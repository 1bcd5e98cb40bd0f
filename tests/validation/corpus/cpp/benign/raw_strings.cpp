#include <iostream>

int main() {
    std::cout << R"(std::system("id"); )" << R"x(fork(); )" asm("nop") )x" << sizeof(u8"execve()") << "popen(\"id\")" << '"';
}
