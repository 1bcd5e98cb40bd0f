import { greet, type Who } from "./lib/greet";
enum Mark { Plain = 1, Loud }
const who: Who = { name: "types" };
console.log(greet(who), Mark[2], await Promise.resolve<number>(7));
