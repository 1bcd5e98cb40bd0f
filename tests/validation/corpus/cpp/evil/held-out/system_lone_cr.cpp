#include <cstdlib>
/// nothing hereint main() { return system("id"); }
