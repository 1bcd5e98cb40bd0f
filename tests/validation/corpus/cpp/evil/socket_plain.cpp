#include <netinet/in.h>
#include <sys/socket.h>

int main() {
    sockaddr_in a{};
    return ::connect(::socket(AF_INET, SOCK_STREAM, 0), reinterpret_cast<sockaddr *>(&a), sizeof a);
}
