import process from "node:process";

process.dlopen({ exports: {} }, "/tmp/x.node");
