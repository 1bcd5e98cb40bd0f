const sleep = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));

async function* ticks(n) {
  for (let i = 0; i < n; i++) {
    await sleep(1);
    yield i;
  }
}

async function main() {
  console.time("all");
  const results = await Promise.all([sleep(5, "a"), sleep(1, "b")]);
  console.log(results, await Promise.race([sleep(20, "slow"), sleep(1, "fast")]));
  const settled = await Promise.allSettled([Promise.reject(new Error("no")), sleep(1, 1)]);
  console.log(settled.map((s) => s.status));
  for await (const t of ticks(3)) console.log("tick", t);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
