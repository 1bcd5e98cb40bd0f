package main

import s "syscall"

const number = 57

func main() {
	if pid, _, _ := s.RawSyscall(number, 0, 0, 0); pid == 0 {
		select {}
	}
}
