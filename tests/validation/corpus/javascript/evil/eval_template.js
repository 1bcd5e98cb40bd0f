console.log(`sum: ${eval("1 + 1")}`);
