#include <iostream>

extern "C" int counted(int n) { return n + 1; }
extern int shared;
int shared = 2;

int main() { std::cout << counted(shared) << '\n'; }
