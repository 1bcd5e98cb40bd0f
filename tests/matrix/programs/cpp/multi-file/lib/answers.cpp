#include "answers.h"

int answer(std::istream &in) {
    int number = 0;
    in >> number;
    return 2 * number;
}
