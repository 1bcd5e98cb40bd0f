#include <iostream>
#include <string>

int main(int, char **argv) {
    std::ostream &stream = std::string(argv[1]) == "stdout" ? std::cout : std::cerr;
    std::string line(99, 'x');
    for (;;) {
        stream << line << std::endl;
    }
}
