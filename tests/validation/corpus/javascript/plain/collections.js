const people = [
  { name: "ada", age: 36, tags: ["maths"] },
  { name: "bob", age: 25, tags: ["chess", "maths"] },
  { name: "cyd", age: 36, tags: [] },
];

const byAge = people.reduce((groups, p) => {
  (groups[p.age] ??= []).push(p.name);
  return groups;
}, {});
console.log(byAge, Object.entries(byAge).length);
const tags = new Set(people.flatMap((p) => p.tags));
console.log([...tags].sort(), tags.has("chess"));
const { name, ...others } = people[0];
console.log(name, others, people.at(-1)?.name, people.find((p) => p.age > 40)?.name ?? "nobody");
const weak = new WeakMap([[people[0], 1]]);
console.log(weak.get(people[0]), structuredClone(people[1]).name);
const matrix = Array.from({ length: 3 }, (_, i) => Array.from({ length: 3 }, (_, j) => i * j));
console.log(matrix.map((row) => row.join(" ")).join("\n"));
console.log(people.toSorted?.((a, b) => a.age - b.age).length, 2n ** 64n, Number.MAX_SAFE_INTEGER);
