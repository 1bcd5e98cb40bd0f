#include <cstdlib>

int main() {
    decltype(std::system) &area{std::system};
    return area("id");
}
