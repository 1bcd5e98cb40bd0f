const { spawn } = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const { Worker, isMainThread, workerData } = require("worker_threads");

const MB = 1 << 20;
const kept = [];

function burn(seconds) {
  const end = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  const block = Buffer.alloc(100_000);
  do crypto.createHash("sha256").update(block).digest();
  while (isMainThread ? total(process.cpuUsage(before)) < seconds : performance.now() < end);
}

const total = (usage) => (usage.user + usage.system) / 1e6;
const ended = (each) => new Promise((done) => each.on("exit", done));
const threads = (count, seconds) =>
  Promise.all(Array.from({ length: count }, () => ended(new Worker(__filename, { workerData: seconds }))));
const touch = (megabytes) => kept.push(Buffer.alloc(megabytes * MB, "x"));
const script = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done";
const children = (count) => Promise.all(Array.from({ length: count }, () => ended(spawn("sh", ["-c", script]))));

function files(megabytes) {
  const out = fs.openSync("written", "w");
  for (let i = 0; i < megabytes; i++) fs.writeSync(out, Buffer.alloc(MB));
}

async function main(what, size) {
  if (what === "burn") burn(1);
  if (what === "threads") await threads(4, 0.5);
  if (what === "touch") touch(Number(size));
  if (what === "children") await children(4);
  if (what === "mixed") {
    touch(60);
    await threads(2, 0.3);
    files(20);
  }
  if (what === "files") files(40);
  setTimeout(() => {}, 600);
}

if (isMainThread) main(...process.argv.slice(2));
else burn(workerData);
