#include <math.h>
#include <stdio.h>

int main(int argc, char **argv) {
    constexpr int answer = 42;
    const char *nothing = nullptr;
    printf("hello %d %d %.0f\n", answer, nothing == nullptr, sqrt(argc + 3.0));
}
