export * as numbers from "node:child_process";
export { fork as branch } from "child_process";
