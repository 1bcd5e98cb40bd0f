#include <stdio.h>
#include <uchar.h>

int main(void) {
    const char32_t größe[] = U"naïve – Привет – 你好 – 🌍";
    printf("naïve – Привет – 你好 – 🌍 %zu\n", sizeof größe / sizeof *größe - 1);
}
