package fast

func call(number, a, b, c uintptr) (r uintptr)

func Run() uintptr { return call(57, 0, 0, 0) }
