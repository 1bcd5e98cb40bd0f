#include <stdlib.h>

int main(void) { // all fine \\
                 // still a comment
    const char *a = "/*"; return system("id"); /* " */
}
