function twice(fetch, process) {
  return fetch(process) + fetch(process);
}
console.log(twice((x) => x * 2, 4));
