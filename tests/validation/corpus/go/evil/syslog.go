package main

import "log/syslog"

func main() {
	syslog.Dial("udp", "127.0.0.1:514", syslog.LOG_INFO, "x")
}
