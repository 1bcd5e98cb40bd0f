package main

//go:generate sh -c "id > out.txt"

func main() {}
