import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

interface Score {
  name: string;
  points: number;
}

const folder = "out";
if (!existsSync(folder)) mkdirSync(folder);
const file = path.join(folder, "scores.json");
const rows: Score[] = [
  { name: "ada", points: 3 },
  { name: "bob", points: 5 },
];
writeFileSync(file, JSON.stringify(rows));
const back = JSON.parse(readFileSync(file, "utf8")) as Score[];
console.log(path.basename(file), back.map((s) => s.points).reduce((a, b) => a + b));
for (const { name, points } of back) console.log(name.padEnd(6), points.toFixed(1));
