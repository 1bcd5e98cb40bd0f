// Bundled first into every TypeScript program (esbuild --inject): what CommonJS code takes for granted and an ES module
// lacks, and an import.meta that names the program's folder, as if the bundle had not been moved into .build.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = process.cwd();
const file = `${here}/main.ts`;
const url = pathToFileURL(file).href;
// a property, not a binding: programs declare a `require` of their own
globalThis.require ??= createRequire(file);
export { here as __dirname, file as __filename, here as meta_dirname, file as meta_filename, url as meta_url };
