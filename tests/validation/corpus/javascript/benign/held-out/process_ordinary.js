const [, , first = "none"] = process.argv;
process.stdout.write(`${first}\n`);
process.on("exit", (code) => console.log("bye", code));
console.log(process.platform.length > 0, process.uptime() > 0, process.env.HOME === undefined);
process.exitCode = 0;
