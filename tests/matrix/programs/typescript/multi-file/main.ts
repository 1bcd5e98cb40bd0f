import { readFileSync } from "node:fs";
import { answer, type Question } from "./lib/answers";

const question: Question = { text: readFileSync("data/number.txt", "utf8") };
console.log("answer", answer(question));
