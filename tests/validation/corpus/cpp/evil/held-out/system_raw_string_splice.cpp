#include <cstdlib>

const char *a = R"(// \
)"; int b = system("id");

int main() {}
