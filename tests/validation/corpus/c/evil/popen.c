#include <stdio.h>

int main(void) {
    FILE *f = popen("id", "r");
    return f ? fgetc(f) : 1;
}
