console.log(ev\u{61}l("1 + 1"), ev\u{00000061}l("2"));
