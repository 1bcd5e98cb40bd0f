#include <stdio.h>

enum step { dlopen_step, ptrace_step };
union socket { int n; char c[4]; };
struct fork { struct fork *next; };

int main(void) {
    union socket s = {.n = 0};
    struct fork f = {0};
    goto system;
system:
    printf("%d %d %d\n", s.n, f.next == 0, ptrace_step);
    return 0;
}
