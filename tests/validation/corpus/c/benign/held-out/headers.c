#include <sys/types.h>
#include <sys/time.h>
#include <inttypes.h>
#include <stdio.h>

int main(void) {
    ssize_t n = 1;
    printf("%" PRId64 "\n", (int64_t)n);
    return 0;
}
