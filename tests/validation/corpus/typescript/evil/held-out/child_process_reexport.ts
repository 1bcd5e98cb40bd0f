export type { ChildProcess } from "child_process";
export { exec as branch } from "child_process";
