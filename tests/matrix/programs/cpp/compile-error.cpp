#include <string>

int main() {
    int never = std::string("never");
}
