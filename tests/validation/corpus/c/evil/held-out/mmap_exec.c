#include <string.h>
#include <sys/mman.h>

int main(void) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(p, "\xc3", 1);
    return p == MAP_FAILED;
}
