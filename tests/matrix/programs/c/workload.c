#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEGABYTE = 1 << 20 };

static double used(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static void *burn(void *seconds) {
    double end = used() + *(double *)seconds;
    while (used() < end) {
        for (volatile int n = 0; n < 100000; n = n + 1) {
        }
    }
    return NULL;
}

static void threads(int count, double seconds) {
    pthread_t started[8];
    for (int n = 0; n < count; n++) {
        pthread_create(&started[n], NULL, burn, &seconds);
    }
    for (int n = 0; n < count; n++) {
        pthread_join(started[n], NULL);
    }
}

char *kept; /* seen from elsewhere: else the compiler leaves out what nobody reads */

static void touch(int megabytes) {
    kept = malloc((size_t)megabytes * MEGABYTE);
    memset(kept, 'x', (size_t)megabytes * MEGABYTE);
}

static void children(int count, double seconds, int megabytes) {
    for (int n = 0; n < count; n++) {
        if (fork() == 0) {
            touch(megabytes);
            burn(&seconds);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
}

static void files(int megabytes) {
    char *block = calloc(1, MEGABYTE);
    FILE *out = fopen("written", "wb");
    if (out == NULL) {
        perror("written");
        exit(1);
    }
    for (int n = 0; n < megabytes; n++) {
        fwrite(block, 1, MEGABYTE, out);
    }
    fclose(out);
}

int main(int argc, char **argv) {
    const char *what = argv[1];
    double second = 1;
    if (strcmp(what, "burn") == 0) {
        burn(&second);
    } else if (strcmp(what, "threads") == 0) {
        threads(4, 0.3);
    } else if (strcmp(what, "touch") == 0 && argc > 2) {
        touch(atoi(argv[2]));
    } else if (strcmp(what, "children") == 0) {
        children(4, 0.2, 10);
    } else if (strcmp(what, "mixed") == 0) {
        touch(60);
        threads(2, 0.2);
        files(20);
    } else if (strcmp(what, "files") == 0) {
        files(40);
    }
    usleep(600000);
}
