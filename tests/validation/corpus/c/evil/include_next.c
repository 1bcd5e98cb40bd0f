#include_next <unistd.h>
#import <unistd.h>

int main(void) { return fork(); }
