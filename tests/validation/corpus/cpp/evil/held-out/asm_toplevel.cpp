namespace shapes {
__asm__(R"(
.globl weather
weather: ret
)");
}

int main() {}
