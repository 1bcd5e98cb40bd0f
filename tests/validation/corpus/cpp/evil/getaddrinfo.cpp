#include <netdb.h>

int main() {
    addrinfo *a = nullptr;
    return getaddrinfo("example.com", "80", nullptr, &a);
}
