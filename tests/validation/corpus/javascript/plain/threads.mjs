import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { performance } from "node:perf_hooks";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import assert from "node:assert";

const bell = new EventEmitter();
setImmediate(() => bell.emit("ring", 3));
const [times] = await once(bell, "ring");
assert.equal(times, 3);

const upper = new Transform({
  transform(chunk, _encoding, done) {
    done(null, chunk.toString().toUpperCase());
  },
});
const start = performance.now();
await pipeline(Readable.from(["a", "b"]), upper, async (source) => {
  for await (const chunk of source) console.log(chunk.toString());
});
console.log(createHash("sha256").update("x").digest("hex").length, Buffer.from("hi").toString("base64"));
console.log(performance.now() >= start);
