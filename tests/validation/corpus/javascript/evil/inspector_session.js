const { Session } = require("node:inspector");
const s = new Session();
s.connect();
s.post("Runtime.evaluate", { expression: "1 + 1" });
