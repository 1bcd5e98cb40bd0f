#include <cstdlib>
#define CALL(f, ...) f##tem(#f __VA_OPT__(, ) __VA_ARGS__)

int main() { return CALL(sys); }
