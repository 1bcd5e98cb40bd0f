// its first line
#include <bits/stdc++.h>

int recursion(int depth) {
    volatile int kept = depth;
    return depth == 0 ? 0 : recursion(kept - 1) + 1;
}

int main() {
    std::atomic<int> sum = 0;
    {
        std::vector<std::jthread> threads;
        for (int n = 0; n < 50; n++) {
            threads.emplace_back([&sum, n] { sum += n; });
        }
    }
    std::cout << "threads " << sum << '\n';
    std::cout << "future " << std::async(std::launch::async, [] { return 6 * 7; }).get() << '\n';
    std::cout << "recursion " << recursion(500'000) << '\n';
    try {
        throw std::runtime_error("caught");
    } catch (const std::exception &error) {
        std::cout << "exception " << error.what() << '\n';
    }
    std::vector<int> numbers{3, 1, 2};
    std::ranges::sort(numbers);
    std::cout << std::format("ranges {} {}\n", numbers.front(), numbers.back());
    std::ifstream file("main.cpp");
    std::string line;
    std::getline(file, line);
    std::cout << "source " << line << '\n';
}
