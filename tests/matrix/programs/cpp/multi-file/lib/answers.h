#pragma once
#include <istream>

int answer(std::istream &in);
