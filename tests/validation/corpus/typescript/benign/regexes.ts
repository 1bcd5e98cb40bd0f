const bad: RegExp = /\beval\(|new Function\(|["'`]child_process/gi;
let m: RegExpExecArray | null;
while ((m = bad.exec("none"))) console.log(m.index);
