#include <cstdlib>

int main() {
    int n = 1'000; int r = system("id"); int m = 0x1'F;
    return n + r + m;
}
