const quote: RegExp = /["'`]/; console.log(eval("1"), /['"`]/.test(""));
