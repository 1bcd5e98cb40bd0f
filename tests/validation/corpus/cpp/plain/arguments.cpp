#include <iostream>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

static std::vector<int> primes(int limit) {
    std::vector<bool> composite(limit + 1);
    std::vector<int> found;
    for (int i = 2; i <= limit; ++i) {
        if (composite[i]) continue;
        found.push_back(i);
        for (long j = 1L * i * i; j <= limit; j += i) composite[j] = true;
    }
    return found;
}

int main(int argc, char *argv[]) {
    int limit = 50;
    bool sum = false;
    try {
        for (int i = 1; i < argc; ++i) {
            if (std::string_view(argv[i]) == "--sum")
                sum = true;
            else
                limit = std::stoi(argv[i]);
        }
    } catch (const std::invalid_argument &e) {
        std::cerr << "not a number: " << e.what() << '\n';
        return 2;
    }
    const auto found = primes(limit);
    if (sum)
        std::cout << std::accumulate(found.begin(), found.end(), 0L);
    else
        std::copy(found.begin(), found.end(), std::ostream_iterator<int>(std::cout, " "));
    std::cout << std::endl;
}
