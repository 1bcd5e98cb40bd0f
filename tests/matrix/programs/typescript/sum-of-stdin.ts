let size = 0;
let sum = 0;
for await (const block of process.stdin) {
  size += block.length;
  for (const byte of block as Buffer) sum += byte;
}
console.log(size, sum);
