const fs = require('fs');
console.log(`hello ${[3, 1, 2].toSorted()} ${typeof fs.readFileSync}`);
