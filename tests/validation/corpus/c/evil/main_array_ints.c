const int main[] = {-1017069519, 0};
