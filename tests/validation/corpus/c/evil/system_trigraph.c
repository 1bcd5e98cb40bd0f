??=include <stdlib.h>

int main(void) ??< // fine ??/
    nothing here
    return sys??/
tem("id"); ??>
