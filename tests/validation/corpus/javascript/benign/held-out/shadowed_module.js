const net = 100, http = "text", vm = { run: () => 1 };
const gross = net * 1.2;
console.log(gross, http.length, vm.run());
