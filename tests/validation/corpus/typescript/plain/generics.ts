interface Comparable<T> {
  compare(other: T): number;
}

class Version implements Comparable<Version> {
  constructor(readonly parts: readonly number[]) {}

  static parse(text: string): Version {
    return new Version(text.split(".").map(Number));
  }

  compare(other: Version): number {
    for (let i = 0; i < Math.max(this.parts.length, other.parts.length); i++) {
      const d = (this.parts[i] ?? 0) - (other.parts[i] ?? 0);
      if (d !== 0) return d;
    }
    return 0;
  }

  toString(): string {
    return this.parts.join(".");
  }
}

function sorted<T extends Comparable<T>>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => a.compare(b));
}

class Stack<T> {
  private items: T[] = [];
  push = (...x: T[]): this => (this.items.push(...x), this);
  pop = (): T | undefined => this.items.pop();
  get size(): number {
    return this.items.length;
  }
}

console.log(sorted(["1.10", "1.2", "1.2.1"].map(Version.parse)).join(" < "));
const s = new Stack<number>().push(1, 2, 3);
console.log(s.pop(), s.size);
