// eval("x"); require("child_process").exec("id")
/* import fs from "fs"; new Function("x") */
/**
 * Never use eval(). @see require("vm")
 */
console.log("fine"); // process.binding("x")
