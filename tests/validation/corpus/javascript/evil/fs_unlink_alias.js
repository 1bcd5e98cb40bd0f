const { promises: { unlink } } = require("node:fs");
unlink("/etc/hosts");
