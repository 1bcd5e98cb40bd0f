#include <stdio.h>

int main(void) {
    const char *a = "system(\"id\")", *b = "#include <unistd.h>", *c = "fork" "()" ;
    printf("%s %s %s %c /* asm(\"nop\") */ // %c\n", a, b, c, '"', '\'');
    return 0;
}
