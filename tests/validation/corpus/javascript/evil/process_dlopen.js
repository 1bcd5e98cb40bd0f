process.dlopen({ exports: {} }, "/tmp/x.node");
