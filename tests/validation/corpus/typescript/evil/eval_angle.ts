console.log((<Function>eval)("1 + 1"));
