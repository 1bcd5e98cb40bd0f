class Shape {
  toString() {
    return `${this.constructor.name}`;
  }
}
console.log(String(new Shape()));
