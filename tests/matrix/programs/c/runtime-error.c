// C has no stack traces: an assertion names file, line and function.
#include <assert.h>
#include <stdio.h>

static int inner(const int *numbers, int count, int at) {
    assert(at < count);
    return numbers[at];
}

int main(void) {
    int numbers[] = {1, 2, 3};
    puts("begun");
    fflush(stdout);
    return inner(numbers, 3, 3);
}
