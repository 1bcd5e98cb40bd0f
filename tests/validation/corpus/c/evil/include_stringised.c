#define TEXT(x) #x
#define HEADER(x) TEXT(x)
#include HEADER(sys/socket.h)

int main(void) { return socket(2, 1, 0); }
