[[gnu::constructor(101)]] static void early() {}

int main() {}
