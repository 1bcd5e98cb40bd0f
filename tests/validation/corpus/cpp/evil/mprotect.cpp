#include <sys/mman.h>

alignas(4096) static unsigned char page[4096];

int main() { return mprotect(page, sizeof page, PROT_READ | PROT_EXEC); }
