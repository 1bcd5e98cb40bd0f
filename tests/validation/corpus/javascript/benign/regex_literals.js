const bad = /eval\(|require\(['"]child_process['"]\)/g;
const odd = /[/"'`]eval\(["'/]/u;
console.log(bad.test("x"), odd.source, 8 / 2 / 1);
