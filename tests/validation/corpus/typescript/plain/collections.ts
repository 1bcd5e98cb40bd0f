export class Lru<K, V> {
  readonly #items = new Map<K, V>();

  constructor(private readonly most: number) {}

  get(key: K): V | undefined {
    const value = this.#items.get(key);
    if (value !== undefined) {
      this.#items.delete(key);
      this.#items.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#items.delete(key);
    this.#items.set(key, value);
    if (this.#items.size > this.most) this.#items.delete(this.#items.keys().next().value!);
  }

  *[Symbol.iterator](): IterableIterator<[K, V]> {
    yield* this.#items;
  }
}

const cache = new Lru<string, number>(2);
cache.set("a", 1);
cache.set("b", 2);
cache.get("a");
cache.set("c", 3);
console.log([...cache]);
const grouped = ["one", "two", "three"].reduce<Record<number, string[]>>((all, w) => {
  (all[w.length] ||= []).push(w);
  return all;
}, {});
console.log(grouped, Object.keys(grouped).map(Number));
const grid: number[][] = Array.from({ length: 2 }, (_, y) => [y, y + 1]);
console.log(grid.flat(), Math.max(...grid.flat()), new Uint8Array([256, 1]));
