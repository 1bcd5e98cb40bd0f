const tools = { eval };
console.log(tools["eval"]("1 + 1"));
