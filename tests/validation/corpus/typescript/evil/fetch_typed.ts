const get: typeof fetch = fetch;
void get("http://127.0.0.1/");
