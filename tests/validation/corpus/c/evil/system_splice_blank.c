#inc\
lude <stdlib.h>

int main(void) { return sy\ 
st\
em("id"); }
