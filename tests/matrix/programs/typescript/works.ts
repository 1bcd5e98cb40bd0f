// its first line
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

enum Mark {
  Plain = 1,
  Loud,
}

class Stack<T> {
  #items: T[] = [];
  push(item: T): this {
    this.#items.push(item);
    return this;
  }
  *[Symbol.iterator](): Generator<T> {
    yield* this.#items;
  }
}

function counted(target: Function): void {
  Object.defineProperty(target, "counted", { value: true });
}

async function* ticks(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield await new Promise<number>((done) => setTimeout(done, 5, n));
}

function worker(n: number): Promise<number> {
  const code = `const { parentPort, workerData } = require("worker_threads");
                parentPort.postMessage(workerData * workerData)`;
  return new Promise((done, failed) => {
    new Worker(code, { eval: true, workerData: n }).on("message", done).on("error", failed);
  });
}

const recursion = (depth: number): number => (depth ? recursion(depth - 1) + 1 : 0);

console.log("enum", Mark[2], Mark.Plain);
console.log("generics", [...new Stack<number>().push(1).push(2)].join(" "));
counted(Stack);
console.log("types as values", "counted" in Stack);
console.log("worker threads", (await Promise.all([1, 2, 3].map(worker))).join(" "));
const seen: number[] = [];
for await (const n of ticks(3)) seen.push(n);
console.log("async iterator", seen.join(" "));
console.log("recursion", recursion(5_000));
console.log("source", readFileSync(__filename, "utf8").split("\n")[0]);
