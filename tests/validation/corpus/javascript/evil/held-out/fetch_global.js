fetch("http://127.0.0.1/").then((r) => r.text()).then(console.log);
