const world = globalThis satisfies object as Record<string, any>;
console.log(world.eval("1 + 1"));
