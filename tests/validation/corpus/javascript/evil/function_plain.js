console.log(Function("return 1 + 1")());
