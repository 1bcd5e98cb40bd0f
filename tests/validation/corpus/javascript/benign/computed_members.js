const table = { add: (a, b) => a + b, sub: (a, b) => a - b };
const key = "a" + "dd";
const rows = [[1, 2], [3, 4]];
console.log(table[key](1, 2), rows[1][0], table[["s", "ub"].join("")](3, 1));
for (const name of Object.keys(table)) console.log(name, table[name](5, 3));
