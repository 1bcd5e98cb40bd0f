package fast

import _ "unsafe"

//go:linkname fork syscall.runtime_BeforeFork
func fork()

func Run() { fork() }
