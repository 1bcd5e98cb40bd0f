class Cursor<T> {
  constructor(private rows: T[]) {}
  exec(_text: string): T[] {
    return this.rows;
  }
  spawn = (n: number): number => n;
}
const cursor = new Cursor([1, 2]);
console.log(cursor.exec("select"), cursor.spawn(2));
