require("repl").start({ input: process.stdin });
