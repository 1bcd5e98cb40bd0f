#include <stdio.h>

#include "lib/answers.h"

int main(void) {
    FILE *in = fopen("data/number.txt", "r");
    printf("answer %d\n", answer(in));
}
