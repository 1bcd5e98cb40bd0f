import https = require("https");

namespace Tools {
  export import look = https.get;
}
Tools.look("https://127.0.0.1/");
