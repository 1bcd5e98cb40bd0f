#include <iostream>
#include <string>

struct cursor {
    int exec(const std::string &q) const { return static_cast<int>(q.size()); }
    int system() const { return 1; }
    static int fork(int n) { return n; }
    bool remove(int n) { return n > 0; }
};

int main() {
    cursor c, *p = &c;
    std::cout << c.exec("select") << p->system() << cursor::fork(2) << c.remove(1) << '\n';
}
