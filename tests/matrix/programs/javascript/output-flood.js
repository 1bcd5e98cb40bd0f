const stream = process[process.argv[2]];
const line = "x".repeat(99) + "\n";
for (;;) stream.write(line);
