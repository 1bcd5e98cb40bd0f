// its first line
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int sum;

static void *add(void *n) {
    atomic_fetch_add(&sum, (int)(long)n);
    return NULL;
}

static int recursion(int depth) {
    volatile int kept = depth;
    return depth == 0 ? 0 : recursion(kept - 1) + 1;
}

int main(void) {
    pthread_t threads[50];
    for (long n = 0; n < 50; n++) {
        pthread_create(&threads[n], NULL, add, (void *)n);
    }
    for (int n = 0; n < 50; n++) {
        pthread_join(threads[n], NULL);
    }
    printf("threads %d\n", sum);
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        *shared = 42;
        _exit(0);
    }
    wait(NULL);
    printf("forked child %d\n", *shared);
    printf("recursion %d\n", recursion(500000));
    printf("mathematics %.3f\n", sqrt(2));
    char line[80];
    FILE *file = fopen("main.c", "r");
    printf("source %s", fgets(line, sizeof line, file));
}
