import { once } from "node:events";

const stream = process.argv[2] === "stdout" ? process.stdout : process.stderr;
const line: string = "x".repeat(99) + "\n";
for (;;) {
  if (!stream.write(line)) await once(stream, "drain");
}
