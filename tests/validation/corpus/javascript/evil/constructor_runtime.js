const parts = process.argv.slice(2);
console.log(parts[parts.length - 1][parts.join("")]);
