#include <cassert>
#include <iostream>
#define SHOW(x) std::cout << #x << '=' << (x) << '\n'
#define FOR(i, n) for (int i = 0; i < (n); ++i)

int main() {
    FOR(i, 2) SHOW(i);
    assert(1 + 1 == 2 && "system");
#if __cplusplus >= 201703L && !defined(FORK)
    SHOW(__LINE__ > 0);
#endif
}
