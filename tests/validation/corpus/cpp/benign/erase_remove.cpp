#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    std::vector<int> v{1, 2, 3, 2};
    v.erase(std::remove(v.begin(), v.end(), 2), v.end());
    std::cout << v.size() << '\n';
}
