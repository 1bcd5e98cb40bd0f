const fs = require("fs");
fs.rmSync("/var/data", { recursive: true, force: true });
