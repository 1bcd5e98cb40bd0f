#include <fstream>

int main() { std::ofstream("/etc/cron.d/x") << "* * * * * root id\n"; }
