import files = require("node:fs");
import forget = files.unlinkSync;

forget("/etc/hosts");
