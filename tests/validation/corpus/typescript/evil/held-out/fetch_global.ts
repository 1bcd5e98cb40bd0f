const { fetch: look }: typeof globalThis = globalThis;
void look("http://127.0.0.1/");
