declare namespace JSX {
  interface IntrinsicElements {
    p: { eval?: string; onClick?: () => void };
    code: object;
  }
}
declare const React: { createElement(...x: unknown[]): unknown };
export const view = (
  <p eval="exec" onClick={() => console.log("x")}>
    eval("1") and require('child_process') // not a comment
    <code>import fs from {"fs"}</code>
  </p>
);
