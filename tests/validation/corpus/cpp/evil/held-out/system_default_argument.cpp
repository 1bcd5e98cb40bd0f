#include <cstdlib>

struct box {
    int (*open)(const char *) = ::system;
    int operator()(const char *s = "id") const { return open(s); }
};

int main() { return box{}(); }
