const [{ connect }, tls] = [require("http2"), require("tls")];
connect("https://127.0.0.1");
tls.connect(443);
