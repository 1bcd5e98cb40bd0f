"use strict";

function* primes(limit) {
  const sieve = new Uint8Array(limit + 1).fill(1);
  for (let i = 2; i <= limit; i++) {
    if (!sieve[i]) continue;
    yield i;
    for (let j = i * i; j <= limit; j += i) sieve[j] = 0;
  }
}

const [limit = "50", ...rest] = process.argv.slice(2);
const n = Number.parseInt(limit, 10);
if (Number.isNaN(n)) {
  console.error("not a number:", limit);
  process.exit(2);
}
const found = [...primes(n)];
console.log(rest.includes("--sum") ? found.reduce((a, b) => a + b, 0) : found.join(" "));
