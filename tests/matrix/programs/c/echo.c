#include <stdio.h>

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        printf("%s%s", i > 1 ? "|" : "", argv[i]);
    }
    putchar('\n');
    for (int c; (c = getchar()) != EOF;) {
        putchar(c);
    }
}
