package util

import "cmp"

func Largest[T cmp.Ordered](a, b T) T { return max(a, b) }
