const get = globalThis["fe" + "tch"];
get("http://127.0.0.1/");
