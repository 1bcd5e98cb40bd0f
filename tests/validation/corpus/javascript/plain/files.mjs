import { appendFile, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

await mkdir("out", { recursive: true });
const rows = [
  { name: "ada", points: 3 },
  { name: "bob", points: 5 },
];
const file = join("out", "scores.json");
await writeFile(file, JSON.stringify(rows, null, 2));
await appendFile(file, "\n");

const back = JSON.parse(await readFile(file, "utf8"));
console.log(back.reduce((sum, { points }) => sum + points, 0));
for (const name of await readdir("out")) {
  console.log(name, (await stat(join("out", name))).size);
}
