package main

import (
	"crypto/tls"
	"net/smtp"
)

func main() {
	tls.Dial("tcp", "127.0.0.1:443", nil)
	smtp.Dial("127.0.0.1:25")
}
