#include <stdio.h>

static int system_total(int n) { return n; }
static int file_system(void) { return 1; }
enum { forks = 3, exec_count = 4, socketed = 5 };

int main(void) {
    printf("%d\n", system_total(forks) + file_system() + exec_count + socketed);
    return 0;
}
