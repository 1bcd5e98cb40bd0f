#include <cstdlib>

namespace shapes {
using namespace std;
}

int main() { return shapes::system("id"); }
