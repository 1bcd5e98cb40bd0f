const fs = require("fs");

const out = fs.openSync("fill", "w");
for (;;) fs.writeSync(out, Buffer.alloc(1 << 20));
