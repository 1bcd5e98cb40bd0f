const { Process } = process.binding("process_wrap");
new Process().spawn({ file: "/bin/id", args: ["id"] });
