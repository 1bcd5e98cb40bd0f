package main; import "fmt"

/* static int one(void) { return 1; } */ import "C"; import "os"

func main() { fmt.Fprintln(os.Stdout, C.one()) }
