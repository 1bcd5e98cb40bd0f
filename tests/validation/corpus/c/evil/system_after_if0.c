#include <stdlib.h>
#if 0
it's not compiled: " /*
#endif

int main(void) { return system("id"); } /* ' */
