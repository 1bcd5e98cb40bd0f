package main

import h "net/http"

func main() {
	c := *h.DefaultClient
	c.Get("http://127.0.0.1/")
}
