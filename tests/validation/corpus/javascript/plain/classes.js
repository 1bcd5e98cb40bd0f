class Queue {
  #items = [];

  static from(iterable) {
    const q = new Queue();
    for (const item of iterable) q.push(item);
    return q;
  }

  push(item) {
    this.#items.push(item);
    return this;
  }

  pop() {
    if (this.#items.length === 0) throw new RangeError("empty");
    return this.#items.shift();
  }

  get size() {
    return this.#items.length;
  }

  *[Symbol.iterator]() {
    yield* this.#items;
  }
}

const q = Queue.from([3, 1, 2]);
q.push(9).push(7);
console.log(q.pop(), q.size, [...q], Math.max(...q));
try {
  new Queue().pop();
} catch (error) {
  console.log(error instanceof RangeError, error.message);
} finally {
  console.log("done");
}
