const { rm } = require("fs/promises") as typeof import("fs/promises");
void rm("/var/data", { recursive: true });
