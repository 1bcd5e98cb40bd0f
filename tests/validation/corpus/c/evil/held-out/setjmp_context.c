#include <ucontext.h>

static void f(void) {}
static char stack[16384];

int main(void) {
    ucontext_t a, b;
    getcontext(&a);
    a.uc_stack.ss_sp = stack;
    a.uc_stack.ss_size = sizeof stack;
    makecontext(&a, f, 0);
    return swapcontext(&b, &a);
}
