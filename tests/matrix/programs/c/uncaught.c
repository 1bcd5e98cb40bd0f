// C has no exceptions: what comes nearest is a pointer that leads nowhere.
#include <stdio.h>

int main(void) {
    fputs("gone off\n", stderr);
    int *volatile nowhere = NULL;
    return *nowhere;
}
