#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    FILE *stream = strcmp(argv[argc - 1], "stdout") == 0 ? stdout : stderr;
    for (;;) {
        fprintf(stream, "%099d\n", 0);
    }
}
