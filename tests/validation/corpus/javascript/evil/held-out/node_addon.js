const path = "/tmp/x.node";
require(path);
