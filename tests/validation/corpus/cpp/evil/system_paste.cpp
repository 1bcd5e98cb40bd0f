#include <cstdlib>
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

int main() { return std::JOIN(sys, tem)("id"); }
