const fs = require("fs");

console.log(process.argv.slice(2).join("|"));
process.stdout.write(fs.readFileSync(0, "utf8"));
