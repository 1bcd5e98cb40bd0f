#include <iostream>

int main() {
    std::cout << "looping" << std::endl;
    for (;;) {
    }
}
