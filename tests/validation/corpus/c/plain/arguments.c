#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    long limit = 50;
    bool sum = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--sum") == 0) {
            sum = true;
            continue;
        }
        char *end;
        errno = 0;
        limit = strtol(argv[i], &end, 10);
        if (*end || errno == ERANGE || limit < 0) {
            fprintf(stderr, "not a number: %s\n", argv[i]);
            return 2;
        }
    }
    unsigned char *composite = calloc((size_t)limit + 1, 1);
    if (!composite) {
        perror("calloc");
        return 1;
    }
    long total = 0;
    for (long i = 2; i <= limit; i++) {
        if (composite[i]) continue;
        total += i;
        if (!sum) printf("%ld ", i);
        for (long j = i * i; j <= limit; j += i) composite[j] = 1;
    }
    if (sum) printf("%ld", total);
    putchar('\n');
    free(composite);
    return 0;
}
