import { Script as Scene } from "node:vm";

new Scene("1 + 1").runInThisContext();
