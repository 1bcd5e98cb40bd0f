const n: number = eval("1 + 1");
console.log(n);
