class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}
class Pixel extends Point {
  constructor(x, y, colour) {
    super(x, y);
    this.colour = colour;
  }
}
console.log(new Pixel(1, 2, "red"));
