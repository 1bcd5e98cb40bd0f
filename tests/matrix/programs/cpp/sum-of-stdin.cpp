#include <iostream>
#include <iterator>
#include <numeric>
#include <string>

int main() {
    std::string data{std::istreambuf_iterator<char>(std::cin), {}};
    auto sum = std::accumulate(data.begin(), data.end(), 0UL, [](unsigned long s, unsigned char c) { return s + c; });
    std::cout << data.size() << ' ' << sum << '\n';
}
