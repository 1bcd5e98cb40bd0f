abstract class Table {
  [key: string]: unknown;
  abstract eval(x: string): number;
}
class Sum extends Table {
  eval = eval;
}
console.log(new Sum().eval("1"));
