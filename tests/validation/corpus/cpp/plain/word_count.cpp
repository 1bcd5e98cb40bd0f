#include <algorithm>
#include <cctype>
#include <iomanip>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::unordered_map<std::string, int> counts;
    for (std::string word; std::cin >> word;) {
        std::string clean;
        for (unsigned char c : word) {
            if (std::isalpha(c)) clean += static_cast<char>(std::tolower(c));
        }
        if (!clean.empty()) ++counts[clean];
    }
    std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    if (sorted.size() > 10) sorted.resize(10);
    for (const auto &[word, n] : sorted) std::cout << std::setw(5) << n << ' ' << word << '\n';
}
