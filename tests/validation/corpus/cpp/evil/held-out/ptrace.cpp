#include <sys/ptrace.h>
#include <sys/types.h>

int main() { return static_cast<int>(::ptrace(PTRACE_ATTACH, pid_t{1}, nullptr, nullptr)); }
