console.log((globalThis as any)["ev" + "al"]("1 + 1"));
