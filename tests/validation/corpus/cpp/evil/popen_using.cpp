#include <cstdio>
#include <memory>

int main() {
    std::unique_ptr<FILE, int (*)(FILE *)> p(::popen("id", "r"), ::pclose);
    return !p;
}
