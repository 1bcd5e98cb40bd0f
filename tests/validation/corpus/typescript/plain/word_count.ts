import { createInterface } from "node:readline";

type Count = [word: string, n: number];

const counts = new Map<string, number>();
const rl = createInterface({ input: process.stdin });
rl.on("line", (line: string) => {
  for (const word of line.toLowerCase().match(/\w+/g) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
});
rl.on("close", () => {
  const sorted: Count[] = [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  for (const [word, n] of sorted.slice(0, 10)) console.log(`${n}`.padStart(5), word);
});
