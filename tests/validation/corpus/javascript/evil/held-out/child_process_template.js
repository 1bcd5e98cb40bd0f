const cp = require(`child_process`);
cp.fork("/tmp/x.js");
