// eval("x"); import "child_process"
/* require("fs") new Function("x") */
/// <reference lib="es2020" />
/** @example process.binding("x") */
const fine: string = "fine"; // fetch("x")
console.log(fine);
