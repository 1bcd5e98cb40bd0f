#include <bits/stdc++.h>
#include <unistd.h>

// Adds what it reads; or misbehaves, when its argument says so.
int main(int argc, char **argv) {
    std::string how = argc > 1 ? argv[1] : "";
    if (how == "loop") {
        for (;;) {
        }
    }
    if (how == "hoard") {
        for (std::vector<std::string> taken;;) {
            taken.emplace_back(4 << 20, 'x');
        }
    }
    if (how == "fork") {
        for (;;) {
            fork();
        }
    }
    if (how == "fail") {
        return 3;
    }
    std::vector<long> numbers{std::istream_iterator<long>(std::cin), {}};
    std::cout << std::accumulate(numbers.begin(), numbers.end(), 0L) << "\n";
}
