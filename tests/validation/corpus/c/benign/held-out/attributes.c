#include <stdio.h>

__attribute__((noinline, unused)) static int f(int n) { return n; }
static void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void log_line(const char *fmt, ...) { fputs(fmt, stdout); }
struct __attribute__((packed, aligned(4))) row { char c; int n; };

int main(void) {
    log_line("system\n");
    return f(0) + (sizeof(struct row) > 8);
}
