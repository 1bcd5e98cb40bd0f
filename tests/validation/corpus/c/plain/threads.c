#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static long total;
static int finished;
static atomic_int ticks;

static void *work(void *arg) {
    long n = *(long *)arg;
    for (long i = 0; i < 1000; i++) {
        pthread_mutex_lock(&lock);
        total += n;
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&ticks, 1);
    }
    pthread_mutex_lock(&lock);
    finished++;
    pthread_cond_signal(&ready);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    long numbers[4] = {1, 2, 3, 4};
    for (int i = 0; i < 4; i++) {
        if (pthread_create(&threads[i], NULL, work, &numbers[i]) != 0) return 1;
    }
    pthread_mutex_lock(&lock);
    while (finished < 4) pthread_cond_wait(&ready, &lock);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    printf("%ld %d\n", total, atomic_load(&ticks));
    return 0;
}
