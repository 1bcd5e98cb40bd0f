#include <iostream>

int down(int depth) {
    volatile char frame[64] = {};
    frame[depth % 64] = 1;
    return down(depth + 1) + frame[depth % 64];
}

int main() {
    std::cout << down(0) << '\n';
}
