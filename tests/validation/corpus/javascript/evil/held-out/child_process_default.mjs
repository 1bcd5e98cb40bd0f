import { default as tools } from "child_process";

tools.exec("id");
