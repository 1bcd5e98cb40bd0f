#include <bit>

int main() { std::bit_cast<void (*)()>(0x401000L)(); }
