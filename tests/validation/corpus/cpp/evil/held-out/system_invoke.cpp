#include <cstdlib>
#include <functional>

int main() {
    return [f = std::function<int(const char *)>(std::system)] { return std::invoke(f, "id"); }();
}
