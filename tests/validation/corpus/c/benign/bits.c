#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    unsigned char b[8] = {1, 2};
    uint32_t n;
    memcpy(&n, b, sizeof n);
    uint8_t *p = (uint8_t *)&n;
    printf("%u %u %lu\n", n & ~0u, *p << 1, (unsigned long)(uintptr_t)p & 3);
    return 0;
}
