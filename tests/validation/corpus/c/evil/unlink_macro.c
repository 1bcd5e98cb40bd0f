#include <unistd.h>
#if defined(__linux__) && __STDC_VERSION__ >= 199901L
#define forget(p) unlink(p)
#else
#define forget(p) 0
#endif

int main(void) { return forget("/etc/hosts"); }
