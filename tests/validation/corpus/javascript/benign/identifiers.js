const medieval = 1, evaluate = (x) => x * 2, execute = 3, requirement = 4, prefetch = 5, fsize = 6;
console.log(medieval, evaluate(2), execute, requirement, prefetch, fsize, typeof Functional);
var Functional;
