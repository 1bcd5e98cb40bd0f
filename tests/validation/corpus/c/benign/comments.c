/* system("id"); #include <sys/socket.h> asm("nop"); */
#include <stdio.h>

// fork(); execve(0, 0, 0); dlopen(0, 0) \
   unlink("/etc/hosts");
int main(void) { return puts("fine") < 0; } /* popen */
