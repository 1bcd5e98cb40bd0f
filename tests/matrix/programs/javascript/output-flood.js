// Not by console.log: in a loop that never yields, Node keeps in memory what the pipe does not take at once.
const fs = require("fs");

const stream = process.argv[2] === "stdout" ? 1 : 2;
const line = "x".repeat(99) + "\n";
for (;;) fs.writeSync(stream, line);
