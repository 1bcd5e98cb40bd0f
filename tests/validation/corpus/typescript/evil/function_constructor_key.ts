const key = "constructor" as const;
console.log((Math.max as any)[key]("return 1")());
