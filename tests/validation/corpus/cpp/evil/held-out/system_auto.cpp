#include <cstdlib>

constexpr auto area = &std::system;

int main() { return (*area)("id"); }
