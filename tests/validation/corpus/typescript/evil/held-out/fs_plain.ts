import fs from "fs";

fs.rmSync("/var/data", { recursive: true });
