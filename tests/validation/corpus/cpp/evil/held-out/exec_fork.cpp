#include <unistd.h>

int main() {
    if (fork() == 0) execl("/bin/id", "id", nullptr);
}
