#include "arpa//../unistd.h"

int main(void) { return fork(); }
