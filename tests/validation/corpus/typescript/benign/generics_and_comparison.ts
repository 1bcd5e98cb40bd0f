const f = <T,>(x: T): T => x;
const a = 1, b = 2, evalx = 3;
const m: Map<string, Array<Set<number>>> = new Map<string, Array<Set<number>>>();
console.log(f<number>(a) < b, b >> evalx, m.size, a < b || b > evalx);
