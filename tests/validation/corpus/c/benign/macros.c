#include <assert.h>
#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SHOW(x) printf(#x " = %d\n", (x))
#ifndef LIMIT
#define LIMIT 10
#endif

int main(void) {
    int a[] = {1, 2, LIMIT};
    assert(COUNT(a) == 3);
    SHOW(MAX(a[0], a[1]));
    return 0;
}
