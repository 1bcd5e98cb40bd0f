#include <stdlib.h>

int main(void) { int caf\u00e9 = 1; return caf\u00e9 + system("id"); }
