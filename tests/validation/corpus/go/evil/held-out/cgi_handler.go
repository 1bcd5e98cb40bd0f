package main

import "net/http/cgi"

var h = cgi.Handler{Path: "/bin/id"}

func main() {
	_ = h.ServeHTTP
}
