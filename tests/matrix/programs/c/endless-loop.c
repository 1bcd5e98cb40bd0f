#include <stdio.h>

int main(void) {
    puts("looping");
    fflush(stdout);
    for (;;) {
    }
}
