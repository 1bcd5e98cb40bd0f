const code: number = 7;
console.log("leaving");
process.exit(code);
