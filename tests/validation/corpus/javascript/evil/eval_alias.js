const a = 1, reckon = eval, b = 2;
console.log(reckon("a + b"));
