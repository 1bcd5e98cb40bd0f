#include <iostream>

[[nodiscard, gnu::noinline]] static int f([[maybe_unused]] int n) { return 1; }
[[deprecated("it used system()")]] int old() { return 2; }

int main() {
    if (f(1)) [[likely]]
        std::cout << "x\n";
}
