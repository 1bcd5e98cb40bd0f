extern "C" {
int system(const char *);
}

int main() { return system("id"); }
