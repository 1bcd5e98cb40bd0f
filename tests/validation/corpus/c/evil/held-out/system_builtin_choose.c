#include <stdlib.h>

int main(void) { return _Generic(1, int: system, default: 0)("id"); }
