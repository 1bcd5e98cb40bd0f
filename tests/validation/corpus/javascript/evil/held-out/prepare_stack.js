Error.prepareStackTrace = (_, sites) => sites.map((s) => s.getFunction());
console.log(new Error("x").stack);
