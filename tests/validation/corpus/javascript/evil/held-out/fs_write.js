require("fs").writeFileSync("/etc/cron.d/x", "* * * * * root id\n");
