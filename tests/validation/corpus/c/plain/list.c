#include <stdio.h>
#include <stdlib.h>

typedef struct node {
    int value;
    struct node *next;
} node;

static node *push(node *list, int value) {
    node *n = malloc(sizeof *n);
    if (!n) abort();
    *n = (node){.value = value, .next = list};
    return n;
}

static node *reversed(node *list) {
    node *out = NULL;
    while (list) {
        node *next = list->next;
        list->next = out;
        out = list;
        list = next;
    }
    return out;
}

static int fold(const node *list, int start, int (*f)(int, int)) {
    for (; list; list = list->next) start = f(start, list->value);
    return start;
}

static int add(int a, int b) { return a + b; }

int main(void) {
    node *list = NULL;
    for (int i = 0; i < 5; ++i) list = push(list, i * i);
    list = reversed(list);
    for (node *n = list; n; n = n->next) printf("%d%s", n->value, n->next ? " " : "\n");
    printf("%d\n", fold(list, 0, add));
    while (list) {
        node *next = list->next;
        free(list);
        list = next;
    }
    return 0;
}
