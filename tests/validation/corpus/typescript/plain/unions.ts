type Shape =
  | { kind: "circle"; radius: number }
  | { kind: "square"; side: number }
  | { kind: "rectangle"; width: number; height: number };

function area(s: Shape): number {
  switch (s.kind) {
    case "circle":
      return Math.PI * s.radius ** 2;
    case "square":
      return s.side ** 2;
    case "rectangle":
      return s.width * s.height;
    default: {
      const never: never = s;
      return never;
    }
  }
}

type Mapped<T> = { readonly [K in keyof T]?: T[K] extends number ? string : T[K] };
type First<T> = T extends readonly [infer H, ...unknown[]] ? H : never;

const half: Mapped<{ a: number; b: boolean }> = { a: "1" };
const first: First<[1, 2]> = 1;
const shapes: Shape[] = [{ kind: "circle", radius: 1 }, { kind: "square", side: 2 }];
console.log(shapes.map(area).map((n) => n.toFixed(2)), half.a, first);
function over(x: string): string;
function over(x: number): number;
function over(x: string | number): string | number {
  return typeof x === "string" ? x.trim() : x + 1;
}
console.log(over(" x "), over(1));
