#include <cstdlib>

int main() { return std:\
:sys\
\
tem("id"); }
