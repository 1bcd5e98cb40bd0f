const n = 3;
console.log(`eval(${n}) require("child_process") ${`Function(${n})`} \`fs\` \${eval}`);
