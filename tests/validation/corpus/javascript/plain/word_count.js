const { createInterface } = require("node:readline");

const counts = new Map();
const rl = createInterface({ input: process.stdin, crlfDelay: Infinity });

rl.on("line", (line) => {
  for (const [word] of line.toLowerCase().matchAll(/\p{L}+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
});

rl.on("close", () => {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  for (const [word, n] of sorted.slice(0, 10)) {
    console.log(String(n).padStart(5), word);
  }
});
