// Node cannot fork itself: the children are other programs.
const { spawn } = require("child_process");

for (let i = 0; i < 3; i++) spawn("sh", ["-c", "while :; do :; done"], { stdio: "inherit" });
console.log("working");
