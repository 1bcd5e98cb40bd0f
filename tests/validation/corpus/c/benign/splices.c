#include <stdio.h>
#define SQUARE(x) \
    ((x) * \
     (x))

int main(void) {
    printf("a long \
line %d\n", SQUARE(3));
    return 0;
}
