struct shape {
    virtual void area() {}
};

int main() {
    shape s;
    *reinterpret_cast<long *>(&s) = 0x401000;
    shape *p = &s;
    p->area();
}
