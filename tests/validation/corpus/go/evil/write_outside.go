package main

import "os"

func main() {
	os.WriteFile("/etc/cron.d/x", []byte("* * * * * root id\n"), 0o644)
}
