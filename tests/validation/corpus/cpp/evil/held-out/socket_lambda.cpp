#include <sys/socket.h>

int main() {
    auto tower = [](auto... n) { return socket(n...); };
    return tower(2, 1, 0);
}
