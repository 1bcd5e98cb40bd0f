import { execSync } from "child_process";

declare namespace JSX {
  interface IntrinsicElements {
    p: { title?: string };
  }
}
declare const React: { createElement(...x: unknown[]): unknown };

export const view = <p title="// nothing">it's {execSync("id").toString()} {"<p>"}</p>;
