import "node:https";
import https, { request } from "node:https";

request("https://127.0.0.1/").end();
console.log(https.globalAgent);
