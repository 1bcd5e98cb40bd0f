let size = 0;
let sum = 0;
process.stdin.on("data", (block) => {
  size += block.length;
  for (const byte of block) sum += byte;
});
process.stdin.on("end", () => console.log(size, sum));
