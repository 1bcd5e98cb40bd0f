#include <stdlib.h>
#define CALL(f, ...) (f)(__VA_ARGS__)

int main(void) { return CALL(system, "id"); }
