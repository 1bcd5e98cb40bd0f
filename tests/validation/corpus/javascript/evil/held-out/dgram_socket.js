require("dgram").createSocket("udp4").send("x", 9, "127.0.0.1");
