#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>
#include <vector>

int main() {
    std::ofstream out("fill", std::ios::binary);
    std::vector<char> block(1 << 20);
    while (out.write(block.data(), static_cast<std::streamsize>(block.size()))) {
    }
    std::cerr << std::generic_category().message(errno) << '\n';
    return 1;
}
