#define HEADER <unistd.h>
#include HEADER

int main(void) { return vfork(); }
