#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct score {
    char name[16];
    int points;
};

int main(void) {
    static const struct score rows[] = {{"ada", 3}, {"bob", 5}};
    FILE *f = fopen("scores.txt", "w");
    if (!f) {
        perror("scores.txt");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) fprintf(f, "%s %d\n", rows[i].name, rows[i].points);
    fclose(f);

    f = fopen("scores.txt", "r");
    char line[80];
    int total = 0;
    while (f && fgets(line, sizeof line, f)) {
        struct score s;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%15s %d", s.name, &s.points) == 2) {
            total += s.points;
            printf("%-6s %d\n", s.name, s.points);
        }
    }
    fseek(f, 0, SEEK_END);
    printf("%d %ld\n", total, ftell(f));
    fclose(f);
    return 0;
}
