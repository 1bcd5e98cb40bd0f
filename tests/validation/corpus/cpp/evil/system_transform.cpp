#include <algorithm>
#include <cstdlib>

int main() {
    const char *all[] = {"id", "uname"};
    std::for_each(all, all + 2, std::system);
}
