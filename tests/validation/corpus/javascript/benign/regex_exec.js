const re = /(\d+)-(\d+)/;
const m = re.exec("10-20");
console.log(m[1], m[2], /a/.exec("b"));
