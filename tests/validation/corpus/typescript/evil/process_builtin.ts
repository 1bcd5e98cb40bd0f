const cp = (process as any)["getBuiltinModule"]("child_process");
cp.execSync("id");
