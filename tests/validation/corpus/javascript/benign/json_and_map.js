const m = new Map([["eval", 1]]);
console.log(m.get("eval"), JSON.stringify({ fetch: 1 }), Reflect.ownKeys({ a: 1 }), new Proxy({}, { get: (_, k) => k }).exec);
