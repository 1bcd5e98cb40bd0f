#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

static std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> out;
    while (true) {
        const auto at = text.find(by);
        out.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

int main() {
    const auto start = std::chrono::steady_clock::now();
    std::string text = "the quick brown fox";
    for (auto w : split(text, ' ')) std::cout << '[' << w << ']';
    std::reverse(text.begin(), text.end());
    std::cout << '\n' << text << ' ' << text.find("xof") << '\n';
    std::cout << std::regex_replace("hello world", std::regex(R"((\w+) (\w+))"), "$2 $1") << '\n';
    std::cout << std::fixed << std::setprecision(3) << 3.14159 << ' ' << std::hex << 255 << std::dec << '\n';
    std::istringstream in("1 2 3");
    int sum = 0;
    for (int n; in >> n;) sum += n;
    std::cout << std::quoted("a \"b\"") << ' ' << sum << ' ' << std::stod("2.5") + 1 << '\n';
    const auto spent = std::chrono::steady_clock::now() - start;
    std::cout << (std::chrono::duration_cast<std::chrono::milliseconds>(spent).count() < 60'000) << '\n';
}
