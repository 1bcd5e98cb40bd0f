#include <stdio.h>

static int down(int depth) {
    volatile char frame[64] = {0};
    frame[depth % 64] = 1;
    return down(depth + 1) + frame[depth % 64];
}

int main(void) {
    printf("%d\n", down(0));
}
