#include <unistd.h>
#define OPEN execlp
#define SHOW(x) OPEN(#x, #x, (char *)0)

int main(void) { return SHOW(id); }
