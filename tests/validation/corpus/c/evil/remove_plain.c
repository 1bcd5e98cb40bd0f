#include <stdio.h>

int main(void) { return remove("/etc/hosts"); }
