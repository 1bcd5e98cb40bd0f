const { Worker } = require("worker_threads");
new Worker("require('child_process').exec('id')", { eval: true });
