#include <filesystem>

namespace shapes = std::filesystem;
using shapes::remove;

int main() { return remove(shapes::path{"/etc/hosts"}); }
