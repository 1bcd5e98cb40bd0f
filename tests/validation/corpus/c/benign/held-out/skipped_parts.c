#include <stdio.h>
#ifdef NEVER
/* it's skipped: system("id") */
#else
// isn't
#endif

int main(void) {
    puts("don't" " fork");
    return 0;
}
