import { dlopen as open } from "node:process";

open({ exports: {} }, "/tmp/x.node");
