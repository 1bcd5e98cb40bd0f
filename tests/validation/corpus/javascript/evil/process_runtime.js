const pick = (o, k) => o[k];
pick(pick(process, process.argv[2]), process.argv[3])("id");
