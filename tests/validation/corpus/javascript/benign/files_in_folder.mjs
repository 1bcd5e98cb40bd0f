import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

await writeFile("out.txt", "eval(1)\n");
console.log(await readFile(path.join(".", "out.txt"), "utf8"));
