let key = "";
for (const c of ["con", "struc", "tor"]) key += c;
console.log((Math.max as any)[key]("return 1")());
