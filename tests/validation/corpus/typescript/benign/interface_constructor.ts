interface Shape {
  area(): number;
}
type Maker<T> = new (side: number) => T;
abstract class Base implements Shape {
  protected constructor(readonly side: number) {}
  abstract area(): number;
}
class Square extends Base {
  constructor(side: number) {
    super(side);
  }
  area() {
    return this.side ** 2;
  }
}
const make = <T>(m: Maker<T>) => new m(3);
console.log(make(Square).area());
