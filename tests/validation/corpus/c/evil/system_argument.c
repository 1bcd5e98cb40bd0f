#include <stdlib.h>

static int apply(int (*f)(const char *), const char *s) { return f(s); }

int main(void) { return apply(system, "id"); }
