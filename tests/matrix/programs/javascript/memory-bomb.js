// In V8's own heap.
const taken = [];
for (let i = 0; ; i++) taken.push(new Array(10_000).fill(i));
