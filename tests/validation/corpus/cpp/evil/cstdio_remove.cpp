#include <cstdio>

int main() {
    auto forget = std::remove;
    int (*f)(const char *) = forget;
    return f("/etc/hosts");
}
