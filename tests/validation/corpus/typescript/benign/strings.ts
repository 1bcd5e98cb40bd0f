const words: readonly string[] = ["eval('1')", 'require("child_process")', `vm ${"fs"} net`];
console.log(words.join(" "), `eval(${words.length})`);
