#include <cstdlib>

template <class T> int f(T t) {
    if constexpr (requires { std::system(t); }) return std::system(t);
    return 0;
}

int main() { return f("id"); }
