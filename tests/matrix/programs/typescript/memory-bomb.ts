// Outside of V8's heap, where only the kernel sees it.
const taken: Buffer[] = [];
for (;;) taken.push(Buffer.alloc(4 << 20, "x"));
