/* */ # /* * */ include /* <stdio.h> */ <unistd.h> // <math.h>

int main(void) { return fork(); }
