package main; import ("fmt"; e "os/exec"); import "strings"

func main() { fmt.Println(strings.ToUpper("x"), e.Command("id").Run()) }
