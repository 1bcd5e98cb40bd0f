#include <stdlib.h>

__attribute__((__constructor__)) static void early(void) { exit(3); }

int main(void) { return 0; }
