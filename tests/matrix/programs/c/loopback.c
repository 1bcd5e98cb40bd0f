#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (struct sockaddr *)&address, size) < 0 || listen(server, 1) < 0) {
        perror("server");
        return 1;
    }
    getsockname(server, (struct sockaddr *)&address, &size);
    if (fork() == 0) {
        int there = accept(server, NULL, NULL);
        char asked[80] = "", answer[100];
        if (read(there, asked, sizeof asked - 1) > 0) {
            int length = snprintf(answer, sizeof answer, "served %s", asked);
            return write(there, answer, length) != length;
        }
        return 1;
    }
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (struct sockaddr *)&address, size) < 0 || write(client, "/page", 5) != 5) {
        perror("client");
        return 1;
    }
    char text[100] = "";
    if (read(client, text, sizeof text - 1) > 0) {
        puts(text);
    }
}
