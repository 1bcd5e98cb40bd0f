#include <stdlib.h>

int main(void) {
    /\
* a comment *\
/ return system("id");
}
