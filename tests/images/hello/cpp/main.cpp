#include <bits/stdc++.h>
#include "util/util.h"

int main() {
    std::vector<int> v{3, 1, 2};
    std::ranges::sort(v);
    std::cout << std::format("hello {} {:>4}\n", largest(v), "x");
}
