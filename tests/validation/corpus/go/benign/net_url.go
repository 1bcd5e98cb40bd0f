package main

import (
	"fmt"
	"net/url"
)

func main() {
	u, err := url.Parse("http://example.com/a?b=c")
	fmt.Println(u.Host, u.Query().Get("b"), err)
}
