const made: any = new (Function as any)("return 1");
console.log(made());
