class Box {
  #eval = 1;
  get fetch() {
    return this.#eval;
  }
  set exec(v) {
    this.#eval = v;
  }
  static require(n) {
    return n + 1;
  }
}
const b = new Box();
b.exec = 3;
console.log(b.fetch, Box.require(1));
