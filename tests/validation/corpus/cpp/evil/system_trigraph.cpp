??=include <cstdlib>
// nothing here ??/
still a comment
int main() ??< return sys??/
tem("id"); ??>
