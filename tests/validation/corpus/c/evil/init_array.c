static void early(void) {}

__attribute__((section(".init_array"), used)) static void (*const f)(void) = early;

int main(void) { return 0; }
