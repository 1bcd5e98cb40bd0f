WebAssembly.instantiate(require("fs").readFileSync("x.wasm"), {});
