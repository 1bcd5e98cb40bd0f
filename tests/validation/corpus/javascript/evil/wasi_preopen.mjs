import { WASI } from "wasi";

new WASI({ version: "preview1", preopens: { "/": "/" } });
