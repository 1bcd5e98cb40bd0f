namespace net {
  export const gross = (x: number): number => x * 1.2;
  export namespace http {
    export const text = "x";
  }
}
console.log(net.gross(10), net.http.text);
