import vm from "vm";

console.log(vm.runInThisContext("1 + 1"));
