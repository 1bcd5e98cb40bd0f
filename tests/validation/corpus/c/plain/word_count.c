#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
    char text[64];
    int n;
};

static int by_count(const void *a, const void *b) {
    const struct word *x = a, *y = b;
    return y->n != x->n ? y->n - x->n : strcmp(x->text, y->text);
}

int main(void) {
    struct word *all = NULL;
    size_t used = 0, room = 0, len = 0;
    char text[64];
    int c;
    do {
        c = getchar();
        if (c != EOF && isalpha((unsigned char)c)) {
            if (len + 1 < sizeof text) text[len++] = (char)tolower(c);
            continue;
        }
        if (len == 0) continue;
        text[len] = '\0';
        len = 0;
        size_t i = 0;
        while (i < used && strcmp(all[i].text, text) != 0) i++;
        if (i == used) {
            if (used == room) {
                room = room ? room * 2 : 16;
                all = realloc(all, room * sizeof *all);
                if (!all) return EXIT_FAILURE;
            }
            strcpy(all[used].text, text);
            all[used++].n = 0;
        }
        all[i].n++;
    } while (c != EOF);
    qsort(all, used, sizeof *all, by_count);
    for (size_t i = 0; i < used && i < 10; i++) printf("%5d %s\n", all[i].n, all[i].text);
    free(all);
    return EXIT_SUCCESS;
}
