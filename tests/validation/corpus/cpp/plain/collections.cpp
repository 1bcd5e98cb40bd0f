#include <algorithm>
#include <bitset>
#include <deque>
#include <functional>
#include <iostream>
#include <limits>
#include <list>
#include <map>
#include <queue>
#include <random>
#include <ranges>
#include <set>
#include <string>
#include <tuple>

using graph = std::map<std::string, std::multimap<int, std::string>>;

static int cheapest(const graph &g, const std::string &from, const std::string &to) {
    std::priority_queue<std::pair<int, std::string>, std::deque<std::pair<int, std::string>>, std::greater<>> q;
    std::set<std::string> done;
    for (q.emplace(0, from); !q.empty();) {
        auto [cost, here] = q.top();
        q.pop();
        if (here == to) return cost;
        if (!done.insert(here).second) continue;
        if (auto at = g.find(here); at != g.end())
            for (const auto &[step, there] : at->second) q.emplace(cost + step, there);
    }
    return std::numeric_limits<int>::max();
}

int main() {
    const graph g{{"a", {{2, "b"}, {5, "c"}}}, {"b", {{2, "c"}}}};
    std::cout << cheapest(g, "a", "c") << '\n';
    std::list<int> l{3, 1, 2};
    l.sort();
    l.remove_if([](int n) { return n == 2; });
    std::mt19937 random(7);
    std::uniform_int_distribution<> die(1, 6);
    std::cout << l.back() << ' ' << (die(random) <= 6) << ' ' << std::bitset<8>(5) << '\n';
    for (int n : std::views::iota(1, 10) | std::views::filter([](int n) { return n % 3 == 0; })) std::cout << n << ' ';
    auto t = std::make_tuple(1, "two", 3.0);
    std::cout << std::get<1>(t) << std::tuple_size_v<decltype(t)> << '\n';
}
