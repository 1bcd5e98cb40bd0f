typedef int number(const char *);

int main(void) { return ((number *)0x401000)("id"); }
