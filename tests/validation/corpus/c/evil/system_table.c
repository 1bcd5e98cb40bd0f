#include <stdlib.h>

static int none(const char *s) { return s[0]; }
static int (*const table[])(const char *) = {none, [1] = system};

int main(void) { return table[1]("id"); }
