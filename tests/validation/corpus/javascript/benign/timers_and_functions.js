const id = setTimeout(() => console.log("late"), 5);
clearTimeout(id);
setInterval(function tick() { clearInterval(this); }, 1);
queueMicrotask(() => console.log("soon"));
console.log(typeof Function, (() => 1) instanceof Function);
