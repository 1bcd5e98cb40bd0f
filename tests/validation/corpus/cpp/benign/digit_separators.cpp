#include <iostream>

constexpr long double operator""_km(long double x) { return x * 1'000; }

int main() { std::cout << 1'000'000 + 0b1010'1010 << ' ' << 2.5_km << " fork" << '\n'; }
