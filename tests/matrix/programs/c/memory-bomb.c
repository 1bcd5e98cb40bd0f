#include <stdlib.h>
#include <string.h>

int main(void) {
    for (;;) {
        char *volatile block = malloc(4 << 20);
        memset(block, 'x', 4 << 20);
    }
}
