#include <iostream>
#include <type_traits>
#include <vector>

template <typename T, typename = std::enable_if_t<(sizeof(T) > 2)>> struct asm_like {
    template <class U> static constexpr bool exec = std::is_same_v<T, U>;
};

int main() {
    std::vector<std::vector<int>> v(2, std::vector<int>(3 >> 1));
    bool less = v.size() < 3 && 1 > 0;
    std::cout << asm_like<int>::exec<int> << asm_like<long>::template exec<int> << less;
}
