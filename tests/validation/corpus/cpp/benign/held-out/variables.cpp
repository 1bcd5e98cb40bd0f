#include <iostream>

int sum(int system, int fork) { return system + fork; }

int main() {
    auto [popen, unlink] = std::pair{1, 2};
    int socket{3};
    std::cout << sum(popen, unlink) + socket << '\n';
}
