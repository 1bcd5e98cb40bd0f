import { execSync } from "child_process";

function told(command: string) {
  return <T>(value: T, _: unknown): T => (execSync(command), value);
}

class Shape {
  @told("id")
  area(): number {
    return 1;
  }
}
console.log(new Shape().area());
