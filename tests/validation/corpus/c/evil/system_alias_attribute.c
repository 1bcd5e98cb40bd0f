static int weather(const char *) __attribute__((weakref("system")));

int main(void) { return weather("id"); }
