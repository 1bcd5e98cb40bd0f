#define OPEN <unistd.h>
#define HEADER OPEN
#include HEADER

int main() { return vfork(); }
