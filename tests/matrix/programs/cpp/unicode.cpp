#include <iostream>
#include <string>

int main() {
    std::u32string größe = U"naïve – Привет – 你好 – 🌍";
    std::cout << "naïve – Привет – 你好 – 🌍 " << größe.size() << '\n';
}
