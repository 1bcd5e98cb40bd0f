#include <iostream>
#include <system_error>

int main() {
    std::error_code e = std::make_error_code(std::errc::invalid_argument);
    try {
        throw std::system_error(e, "system");
    } catch (const std::system_error &x) {
        std::cout << (x.code().category() == std::generic_category()) << (std::system_category() == e.category());
    }
}
