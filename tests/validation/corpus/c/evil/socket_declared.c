int socket(int, int, int), connect(int, const void *, unsigned);

int main(void) { return connect(socket(2, 1, 0), "", 16); }
