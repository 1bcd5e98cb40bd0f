#include <netdb.h>

int main(void) {
    struct addrinfo *a;
    return getaddrinfo("example.com", "80", 0, &a);
}
