#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    FILE *out = fopen("fill", "wb");
    char *block = calloc(1, 1 << 20);
    while (out != NULL && fwrite(block, 1, 1 << 20, out) == 1 << 20) {
    }
    perror("fill");
    return 1;
}
