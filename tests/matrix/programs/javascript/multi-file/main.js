import { readFileSync } from "node:fs";
import { answer } from "./lib/answers.js";

console.log("answer", answer(readFileSync("data/number.txt", "utf8")));
