function logged<This, A extends unknown[], R>(
  target: (this: This, ...a: A) => R,
  context: ClassMethodDecoratorContext,
): (this: This, ...a: A) => R {
  return function (this: This, ...a: A): R {
    console.log("call", String(context.name));
    return target.call(this, ...a);
  };
}
class Sum {
  @logged
  exec(a: number, b: number): number {
    return a + b;
  }
}
console.log(new Sum().exec(1, 2));
