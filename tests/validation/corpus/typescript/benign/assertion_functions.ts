function isText(x: unknown): x is string {
  return typeof x === "string";
}
function must(x: unknown): asserts x {
  if (!x) throw new Error("eval failed");
}
const x: unknown = "exec";
must(isText(x));
console.log(x);
