const plan: Record<string, number> & { eval?: number } = { eval: 1, "fs.rm": 2, ["exec"]: 3 };
console.log(plan.eval, plan["fs.rm"], plan.exec, { fetch: 1 }.fetch);
