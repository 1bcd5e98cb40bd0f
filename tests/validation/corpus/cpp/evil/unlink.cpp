#include <unistd.h>

int main() { return ::unlink("/etc/hosts"); }
