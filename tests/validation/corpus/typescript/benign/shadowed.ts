function load(fetch: (k: string) => number, require = 2, process?: { exit: number }): number {
  return fetch("a") * require + (process?.exit ?? 0);
}
console.log(load((k) => k.length));
