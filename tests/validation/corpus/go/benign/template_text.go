package main

import (
	"os"
	"text/template"
)

func main() {
	t := template.Must(template.New("exec").Parse("{{range .}}exec.Command({{.}}) {{end}}\n"))
	t.Execute(os.Stdout, []int{1, 2})
}
