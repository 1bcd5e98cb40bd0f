import { createSocket } from "node:dgram";

createSocket({ type: "udp4" }).send("x", 9, "127.0.0.1");
