import { readFileSync } from "node:fs";

const args: string[] = process.argv.slice(2);
console.log(args.join("|"));
process.stdout.write(readFileSync(0, "utf8"));
