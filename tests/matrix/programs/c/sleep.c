#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("asleep");
    fflush(stdout);
    sleep(60);
}
