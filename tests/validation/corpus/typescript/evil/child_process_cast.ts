(require as any)("child_process").exec("id");
