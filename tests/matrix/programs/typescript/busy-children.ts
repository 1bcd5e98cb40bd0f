// Node cannot fork itself: the children are other programs.
import { spawn } from "node:child_process";

for (let i = 0; i < 3; i++) spawn("sh", ["-c", "while :; do :; done"], { stdio: "inherit" });
console.log("working");
