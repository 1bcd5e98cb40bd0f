console.log(Function.bind(null, "return 1")()(), Function.apply(null, ["return 2"])());
