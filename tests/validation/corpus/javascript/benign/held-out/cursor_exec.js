class Cursor {
  exec(text) {
    return [text];
  }
  spawn() {
    return "fish";
  }
  fetch(n) {
    return n;
  }
}
const cursor = new Cursor();
console.log(cursor.exec("select 1"), cursor.spawn(), cursor.fetch(2));
