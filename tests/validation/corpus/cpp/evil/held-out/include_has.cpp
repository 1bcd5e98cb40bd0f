#if __has_include(<sys/socket.h>)
#  include <sys/socket.h>
#endif

int main() { return socket(2, 1, 0); }
