using number = int(const char *);

int main() {
    auto f = reinterpret_cast<number *>(0x401000);
    return f("id");
}
