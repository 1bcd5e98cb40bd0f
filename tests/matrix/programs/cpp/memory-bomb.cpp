#include <string>
#include <vector>

int main() {
    std::vector<std::string> taken;
    for (;;) {
        taken.emplace_back(4 << 20, 'x');
    }
}
