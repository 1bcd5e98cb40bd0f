const day = new Date(Date.UTC(2024, 1, 28));
const dates: string[] = [];
for (let i = 0; i < 3; i++, day.setUTCDate(day.getUTCDate() + 1)) dates.push(day.toISOString().slice(0, 10));
console.log(dates.join(" "));

const titled = (text: string): string => text.replace(/\b\p{Ll}/gu, (c) => c.toUpperCase());
console.log(titled("the quick brown fox"), [..."racecar"].reverse().join(""));

const roman: ReadonlyArray<readonly [number, string]> = [[10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"]];
function toRoman(n: number): string {
  let out = "";
  for (const [value, sign] of roman) {
    while (n >= value) {
      out += sign;
      n -= value;
    }
  }
  return out;
}
console.log([4, 9, 14].map(toRoman), (0.1 + 0.2).toPrecision(3), 10n ** 20n);
const tuple: [name: string, age?: number] = ["ada"];
console.log(tuple[0], tuple[1] ?? "unknown", typeof tuple);
