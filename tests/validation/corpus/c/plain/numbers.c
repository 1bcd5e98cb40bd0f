#include <complex.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N 2

static void multiply(double a[N][N], double b[N][N], double c[N][N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            c[i][j] = 0;
            for (int k = 0; k < N; k++) c[i][j] += a[i][k] * b[k][j];
        }
}

static uint64_t gcd(uint64_t a, uint64_t b) { return b ? gcd(b, a % b) : a; }

int main(void) {
    double a[N][N] = {{1, 1}, {1, 0}}, c[N][N];
    multiply(a, a, c);
    printf("%g %g %g %g\n", c[0][0], c[0][1], c[1][0], c[1][1]);
    printf("%llu %.3f %d\n", (unsigned long long)gcd(48, 36), hypot(3, 4), INT_MAX);
    double complex z = csqrt(-1);
    printf("%.1f %.1f %d\n", creal(z), cimag(z), DBL_DIG);
    srand(7);
    unsigned bits = 0xffu & ~0x0fu;
    printf("%u %d %u\n", bits, rand() % 1, bits >> 4 ^ 3u);
    switch (bits % 3) {
    case 0:
        puts("zero");
        /* fall through */
    case 1:
        puts("one");
        break;
    default:
        puts("other");
    }
    return 0;
}
