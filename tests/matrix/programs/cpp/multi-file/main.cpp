#include <fstream>
#include <iostream>

#include "lib/answers.h"

int main() {
    std::ifstream in("data/number.txt");
    std::cout << "answer " << answer(in) << '\n';
}
