#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

int main() {
    for (int i = 0; i < 3; i++) {
        if (fork() == 0) {
            for (;;) {
            }
        }
    }
    std::cout << "working" << std::endl;
    wait(nullptr);
}
