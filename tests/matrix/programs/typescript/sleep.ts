console.log("asleep");
await new Promise<void>((done) => setTimeout(done, 60_000));
