const world = globalThis;
world.eval("1 + 1");
