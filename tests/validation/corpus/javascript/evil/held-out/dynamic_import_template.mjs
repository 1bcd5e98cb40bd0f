const word = "process";
const m = await import(`node:child_${word}`);
m.exec("id");
