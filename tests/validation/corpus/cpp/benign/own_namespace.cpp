#include <iostream>

namespace shapes {
int system(int n) { return n * 2; }
struct socket {
    int n = 1;
};
} // namespace shapes

int main() { std::cout << shapes::system(2) << shapes::socket{}.n << '\n'; }
