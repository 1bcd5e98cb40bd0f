int main(void) {
    extern int system(const char *);
    return system("id");
}
