interface Named {
  name: string;
}

function inner(list: Named[]): string {
  return list[list.length].name;
}

function outer(list: Named[]): string {
  return inner(list);
}

console.log("begun");
outer([{ name: "x" }]);
