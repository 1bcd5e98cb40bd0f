#include <stdio.h>

static int sum(int system, int fork, int connect) { return system + fork + connect; }

int main(void) {
    int popen = 1, unlink = 2, asm_ = 3;
    printf("%d\n", sum(popen, unlink, asm_));
    return 0;
}
