int main(void) {
    return sizeof
#include "/dev/null"
        (int);
}
