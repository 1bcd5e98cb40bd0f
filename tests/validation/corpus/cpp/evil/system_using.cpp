#include <cstdlib>

int main() {
    using std::abs, std::system;
    return system("id") + abs(-1);
}
