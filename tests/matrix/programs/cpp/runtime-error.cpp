// C++ has no stack traces of its own: an assertion names file, line and function.
#include <cassert>
#include <iostream>
#include <vector>

int inner(const std::vector<int> &numbers, unsigned at) {
    assert(at < numbers.size());
    return numbers[at];
}

int main() {
    std::vector<int> numbers{1, 2, 3};
    std::cout << "begun" << std::endl;
    return inner(numbers, numbers.size());
}
