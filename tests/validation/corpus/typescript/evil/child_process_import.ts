import { execSync } from "child_process";

const out: string = execSync("id").toString();
console.log(out);
