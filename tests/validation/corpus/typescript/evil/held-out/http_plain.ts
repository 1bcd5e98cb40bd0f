import http from "http";

http.get("http://127.0.0.1/", (r) => console.log(r.statusCode));
