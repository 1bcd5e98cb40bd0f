#define _GNU_SOURCE
#include <sched.h>

static int child(void *p) { return p != 0; }
static char stack[65536];

int main(void) { return clone(child, stack + sizeof stack, 0, 0); }
