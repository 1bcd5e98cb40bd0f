Reflect.get(globalThis, "eval")("1 + 1");
