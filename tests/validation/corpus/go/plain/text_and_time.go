package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"
)

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func main() {
	day := time.Date(2024, time.February, 28, 0, 0, 0, 0, time.UTC)
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	for i := 0; i < 3; i++ {
		d := day.AddDate(0, 0, i)
		fmt.Fprintf(w, "%s\t%s\t\n", d.Format(time.DateOnly), d.Weekday())
	}
	w.Flush()
	fmt.Println(reverse("añb"), utf8.RuneCountInString("añb"))
	re := regexp.MustCompile(`(\w+) (\w+)`)
	fmt.Println(re.ReplaceAllString("hello world", "$2 $1"), re.FindStringSubmatch("a b"))
	var b strings.Builder
	for i := range 3 {
		fmt.Fprintf(&b, "%02d,", i)
	}
	fmt.Println(strings.TrimSuffix(b.String(), ","), strings.EqualFold("Go", "GO"))
	start := time.Now()
	fmt.Println(time.Since(start) < time.Minute)
}
