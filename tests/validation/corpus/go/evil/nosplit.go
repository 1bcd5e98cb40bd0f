package fast

//go:nosplit
//go:noescape
func deep(p *int) int

//go:nocheckptr
//go:noinline
func Run() int {
	n := 1
	return deep(&n)
}
