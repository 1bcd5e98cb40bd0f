#include <cstdlib>

template <class T> struct shape {
    inline static const int area = std::system("id");
};

int main() { return shape<int>::area; }
