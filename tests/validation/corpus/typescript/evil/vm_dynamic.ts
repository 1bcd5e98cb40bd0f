type Scene = import("node:vm").Script;
const s: Scene = new (require("node:vm").Script)("1 + 1");
console.log(s.runInThisContext());
