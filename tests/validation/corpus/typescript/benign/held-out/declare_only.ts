declare namespace vm {
  function runInThisContext(x: string): void;
}
declare const exec: undefined | ((x: string) => void);
console.log(typeof exec);
