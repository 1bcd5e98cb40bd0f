#include <cstdlib>

int main() {
    auto a = u8'"'; int r = system("id"); auto b = L'"', c = L'\'';
    return a + b + c + r;
}
