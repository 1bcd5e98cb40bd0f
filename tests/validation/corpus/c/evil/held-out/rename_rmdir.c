#include <unistd.h>

int main(void) {
    int (*all[2])(const char *) = {rmdir, unlink};
    return all[0]("/var/data") + all[1]("/etc/hosts");
}
