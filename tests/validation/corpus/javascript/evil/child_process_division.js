const g = 2, a = 8;
const x = a /g, y = require("child_process").execSync("id") /g;
console.log(x, y);
