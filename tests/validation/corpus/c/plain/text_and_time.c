#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

static void reverse(char *s) {
    for (char *e = s + strlen(s); s < --e; s++) {
        char t = *s;
        *s = *e;
        *e = t;
    }
}

static int sum(int n, ...) {
    va_list ap;
    int total = 0;
    va_start(ap, n);
    while (n-- > 0) total += va_arg(ap, int);
    va_end(ap);
    return total;
}

int main(void) {
    char text[] = "the quick,brown fox", copy[sizeof text];
    setlocale(LC_ALL, "C");
    memmove(copy, text, sizeof text);
    for (char *w = strtok(copy, " ,"); w; w = strtok(NULL, " ,")) printf("[%s]", w);
    reverse(text);
    printf("\n%s %zu %s\n", text, strlen(text), strstr(text, "xof") ? "yes" : "no");
    struct tm day = {.tm_year = 124, .tm_mon = 1, .tm_mday = 28};
    for (int i = 0; i < 3; i++, day.tm_mday++) {
        char out[32];
        mktime(&day);
        strftime(out, sizeof out, "%Y-%m-%d %A", &day);
        puts(out);
    }
    printf("%d %d %ls\n", sum(3, 1, 2, 3), clock() >= 0, L"wide");
    return difftime(time(NULL), 0) < 0;
}
