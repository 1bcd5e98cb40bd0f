#include <unistd.h>

int main(void) {
    char *const argv[] = {"id", 0};
    if (fork() == 0) execve("/bin/id", argv, argv + 1);
    return 0;
}
