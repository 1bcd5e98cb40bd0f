async function main(): Promise<void> {
  const { exec: run }: any = await import("node:child_process");
  run("id");
}
void main();
