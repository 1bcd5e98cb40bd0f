const Generator = Object.getPrototypeOf(function* () {}).constructor;
console.log(Generator("yield 1")().next());
