asm(".section .rodata\n.globl names\nnames: .incbin \"/etc/passwd\"\n");
extern const char names[];

int main(void) { return names[0]; }
