#include <stdio.h>

static int list_remove(int *a, int n) { return a[n - 1]; }
static int rename_column(int n) { return n; }

int main(void) {
    int a[] = {1, 2};
    printf("%d %d\n", list_remove(a, 2), rename_column(1));
    return 0;
}
