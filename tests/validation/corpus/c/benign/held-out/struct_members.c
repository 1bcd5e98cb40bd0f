#include <stdio.h>

struct machine {
    int system, fork;
    int (*exec)(int);
    const char *socket;
};

static int twice(int n) { return n * 2; }

int main(void) {
    struct machine m = {.system = 1, .fork = 2, .exec = twice, .socket = "am4"}, *p = &m;
    printf("%d %d %d %s\n", m.system, p->fork, p->exec(3), p->socket);
    return 0;
}
