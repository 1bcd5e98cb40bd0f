#include <./arpa/../spawn.h>

int main(void) {
    char *argv[] = {"id", 0};
    return posix_spawnp(0, "id", 0, 0, argv, argv + 1);
}
