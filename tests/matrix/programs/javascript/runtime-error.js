function inner(list) {
  return list[list.length].name;
}

function outer(list) {
  return inner(list);
}

console.log("begun");
outer([1, 2, 3]);
