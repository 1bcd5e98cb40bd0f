enum Level {
  Low = eval("1"),
  High = 2,
}
console.log(Level.Low);
