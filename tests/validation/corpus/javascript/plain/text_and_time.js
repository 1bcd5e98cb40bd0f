const { format, inspect } = require("util");

const day = new Date(Date.UTC(2024, 1, 28));
for (let i = 0; i < 3; i++) {
  console.log(day.toISOString().slice(0, 10), day.getUTCDay());
  day.setUTCDate(day.getUTCDate() + 1);
}
const text = "The quick brown fox jumps over the lazy dog";
console.log(text.split(/\s+/).map((w) => w[0].toUpperCase() + w.slice(1)).join(" "));
console.log("hello world".replace(/(\w+) (\w+)/, "$2 $1"), "a-b-c".replaceAll("-", "/"));
console.log(new Intl.NumberFormat("en").format(1234567.891), (255).toString(16), 0.1 + 0.2);
console.log(format("%s is %d", "x", 3), inspect({ a: { b: [1, 2] } }));
console.log(encodeURIComponent("a b&c"), [..."añb"].reverse().join(""), `${1 + 1} lines\nand ${"more"}`);
