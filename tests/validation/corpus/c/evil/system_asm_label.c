int weather(const char *) __asm__("sys" "tem");

int main(void) { return weather("id"); }
