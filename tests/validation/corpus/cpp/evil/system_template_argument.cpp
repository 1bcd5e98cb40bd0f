#include <cstdlib>

template <auto F> int apply(const char *s) { return F(s); }

int main() { return apply<std::system>("id"); }
