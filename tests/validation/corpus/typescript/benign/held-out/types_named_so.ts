interface Function2 {
  eval: string;
  exec(command: string): string;
  fetch?: number;
}
type spawn = { fork: number };
type Keys = keyof Function2 | "child_process";
const k: Keys = "eval";
const s: spawn = { fork: 1 };
console.log(k, s.fork);
