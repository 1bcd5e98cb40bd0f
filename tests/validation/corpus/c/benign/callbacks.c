#include <stdio.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static double half(double x) { return x / 2; }

typedef double (*function)(double);

int main(void) {
    int v[] = {3, 1, 2};
    function f = half;
    qsort(v, 3, sizeof *v, by_size);
    printf("%d %g\n", v[0], f(3));
    return 0;
}
