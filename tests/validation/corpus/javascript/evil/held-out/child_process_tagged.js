const { execSync: html } = require("node:child_process");
html`id`;
