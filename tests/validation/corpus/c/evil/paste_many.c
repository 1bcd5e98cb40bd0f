#define A_ s
#define B_ y
#define P2(a, b, c, d) a##b##a##c##d
#define P(a, b, c, d) P2(a, b, c, d)
#define DECL(f) int f(const char *); int main(void) { return f("id"); }

DECL(P(A_, B_, te, m))
