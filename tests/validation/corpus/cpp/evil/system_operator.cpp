#include <cstdlib>

int operator""_km(const char *s, std::size_t) { return std::system(s); }

int main() { return "id"_km; }
