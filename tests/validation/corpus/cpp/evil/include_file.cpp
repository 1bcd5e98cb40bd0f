const char *names =
#include "/dev/null"
    "";

int main() { return names[0]; }
