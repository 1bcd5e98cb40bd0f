#include "util/util.h"
int largest(const std::vector<int>& sorted) { return sorted.back(); }
