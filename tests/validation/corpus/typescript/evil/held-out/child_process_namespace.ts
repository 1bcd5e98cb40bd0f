namespace Geometry {
  export namespace Area {
    const cp = require("child_process");
    export const size = cp.spawnSync("id").status;
  }
}
console.log(Geometry.Area.size);
