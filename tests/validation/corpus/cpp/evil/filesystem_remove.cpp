#include <filesystem>

int main() { std::filesystem::remove_all("/var/data"); }
