package lib

import (
	"strconv"
	"strings"
)

func Answer(text string) int {
	number, _ := strconv.Atoi(strings.TrimSpace(text))
	return 2 * number
}
