const vm = require("vm");
vm.runInNewContext("x + 1", { x: 1 });
