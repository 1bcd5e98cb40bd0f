#pragma once
#include <vector>
int largest(const std::vector<int>& sorted);
