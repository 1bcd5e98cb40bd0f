type Name<T extends string> = `child_${T}`;
const name: Name<"process"> = `child_process`;
require(name).exec("id");
