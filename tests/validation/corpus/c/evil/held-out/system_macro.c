#include <stdlib.h>
#define area system

int main(void) { return area("id"); }
