console.log((() => 1).c\u006fnstructor("return 1")());
