type Handler = Function;
const handlers: Map<string, Handler> = new Map();
function call(f: Function, ...rest: unknown[]): unknown {
  return f(...rest);
}
handlers.set("a", (x: number) => x + 1);
console.log(call(handlers.get("a")!, 1));
