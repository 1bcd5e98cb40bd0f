#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 64 };

typedef struct {
    const char *key[ROOM];
    int value[ROOM];
    size_t used;
} table;

static uint32_t hash(const char *s) {
    uint32_t h = 2166136261u;
    while (*s) h = (h ^ (uint8_t)*s++) * 16777619u;
    return h;
}

static int *at(table *t, const char *key) {
    size_t i = hash(key) % ROOM;
    while (t->key[i] && strcmp(t->key[i], key)) i = (i + 1) % ROOM;
    if (!t->key[i]) {
        if (t->used++ == ROOM - 1) exit(EXIT_FAILURE);
        t->key[i] = key;
    }
    return &t->value[i];
}

int main(void) {
    table *t = calloc(1, sizeof *t);
    const char *words[] = {"a", "b", "a", "c", "a"};
    if (!t) return EXIT_FAILURE;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) ++*at(t, words[i]);
    printf("%d %d %d %zu\n", *at(t, "a"), *at(t, "b"), *at(t, "z"), t->used);
    free(t);
    return 0;
}
