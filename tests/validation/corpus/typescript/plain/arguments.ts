interface Options {
  limit: number;
  sum: boolean;
}

function parse(argv: readonly string[]): Options {
  const options: Options = { limit: 50, sum: false };
  for (const a of argv) {
    if (a === "--sum") options.sum = true;
    else if (/^\d+$/.test(a)) options.limit = Number(a);
    else throw new TypeError(`what is ${a}?`);
  }
  return options;
}

function* primes(limit: number): Generator<number, void, undefined> {
  const composite = new Set<number>();
  for (let i = 2; i <= limit; i++) {
    if (composite.has(i)) continue;
    yield i;
    for (let j = i * i; j <= limit; j += i) composite.add(j);
  }
}

const { limit, sum } = parse(process.argv.slice(2));
const found = [...primes(limit)];
console.log(sum ? found.reduce((a, b) => a + b, 0) : found.join(" "));
