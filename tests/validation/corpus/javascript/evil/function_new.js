const F = Function;
console.log(new F("a", "b", "return a + b")(1, 2));
