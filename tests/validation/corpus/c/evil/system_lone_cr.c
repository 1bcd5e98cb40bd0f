#include <stdlib.h>
// nothing hereint main(void) { return system("id"); }
