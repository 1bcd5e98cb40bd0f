require.extensions[".txt"] = require.extensions[".js"];
require("/tmp/notes.txt");
