#include <stdio.h>

int main(void) {
    unsigned long size = 0, sum = 0;
    for (int c; (c = getchar()) != EOF; size++) {
        sum += c;
    }
    printf("%lu %lu\n", size, sum);
}
