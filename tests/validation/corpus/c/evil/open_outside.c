#include <stdio.h>

int main(void) {
    FILE *f = fopen("/etc/cron.d/x", "w");
    return f ? fputs("* * * * * root id\n", f) : 1;
}
