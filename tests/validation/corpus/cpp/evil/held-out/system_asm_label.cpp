extern "C" int weather(const char *) asm("system");

int main() { return weather("id"); }
