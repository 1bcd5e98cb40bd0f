#include <cstdint>
#include <iostream>

struct base {
    virtual ~base() = default;
};
struct derived : base {
    int n = 1;
};

int main() {
    derived d;
    base *b = &d;
    std::uint32_t n = 1;
    const auto *bytes = reinterpret_cast<const unsigned char *>(&n);
    std::cout << dynamic_cast<derived *>(b)->n << static_cast<int>(bytes[0]) << const_cast<derived &>(d).n << (int)2.5;
}
