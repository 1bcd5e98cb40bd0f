#include <cstdlib>

const char *a = R"x(" )" )x"; int b = std::system("id"); const char *c = R"(/*)";

int main() {}
