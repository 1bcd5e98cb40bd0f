const words = ["eval", "child_process", 'require("fs")', "process.binding('x')"];
console.log(words.join(", "), "import('net')", 'it\'s eval("x")');
