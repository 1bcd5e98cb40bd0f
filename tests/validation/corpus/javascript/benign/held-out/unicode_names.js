const größe = 3, π = Math.PI, 名前 = "eval", caf\u00e9 = 4;
console.log(größe * π, 名前, café);
