const table = { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b } as const;
function apply(name: keyof typeof table): number {
  return table[name](3, 4);
}
console.log(apply("add"), table["mul"](2, 2));
