#include <iostream>

enum class step { system, fork, exec, socket = 9 };

int main() {
    using enum step;
    step s = step::fork;
    switch (s) {
    case step::system:
    case exec:
        break;
    default:
        std::cout << static_cast<int>(step::socket) << '\n';
    }
}
