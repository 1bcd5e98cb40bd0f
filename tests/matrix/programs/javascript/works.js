// its first line
const fs = require("fs");
const crypto = require("crypto");
const { promisify } = require("util");
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");

function recursion(depth) {
  return depth ? recursion(depth - 1) + 1 : 0;
}

function worker(n) {
  return new Promise((done, failed) => {
    new Worker(__filename, { workerData: n }).on("message", done).on("error", failed);
  });
}

async function main() {
  console.log("worker threads", (await Promise.all([1, 2, 3].map(worker))).join(" "));
  const later = await Promise.all([1, 2, 3].map((n) => new Promise((done) => setTimeout(done, 10, n))));
  console.log("promises", later.join(" "));
  console.log("recursion", recursion(5_000));
  const key = await promisify(crypto.scrypt)("secret", "salt", 16);
  console.log("crypto", key.length, crypto.createHash("sha256").update("x").digest("hex").slice(0, 8));
  const wasm = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  console.log("webassembly", WebAssembly.Module.exports(wasm).length);
  console.log("locale", (1234.5).toLocaleString("de-DE"));
  console.log("source", fs.readFileSync(__filename, "utf8").split("\n")[0]);
}

if (isMainThread) main();
else parentPort.postMessage(workerData * workerData);
