package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var standard = map[string]bool{"fmt": true, "embed": true, "unsafe": true, "internal/abi": true, "util": false}

// program lays files out in an empty directory and goes there.
func program(t *testing.T, files map[string]string) {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
}

func TestPackagesComeAfterTheirImports(t *testing.T) {
	program(t, map[string]string{
		"main.go":       "package main\nimport (\"fmt\"; \"util\"; \"main/deep/er\")\nfunc main() { fmt.Println(util.A, er.B) }\n",
		"more.go":       "package main\n",
		"main_test.go":  "package main\nimport \"testing\"\n",
		"windows.go":    "//go:build windows\n\npackage main\n",
		"util/a.go":     "package util\nimport \"deep/er\"\nconst A = er.B\n",
		"deep/er/b.go":  "package er\nconst B = 1\n",
		"unused/bad.go": "package",
	})
	packages, err := load("main.go", standard)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range packages {
		got = append(got, p.path+" "+strings.Join(p.aliases, ",")+" "+strings.Join(p.files, ","))
	}
	want := []string{"main/deep/er deep/er deep/er/b.go", "main/util util util/a.go", "main  main.go,more.go"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestModulePath(t *testing.T) {
	program(t, map[string]string{
		"go.mod":       "module example.org/app // mine\n\ngo 1.21\n",
		"cmd/main.go":  "package main\nimport _ \"example.org/app/util\"\nimport _ \"example.org/app\"\n",
		"util/util.go": "package util\n",
		"root.go":      "package app\n",
	})
	packages, err := load("cmd/main.go", standard)
	if err != nil {
		t.Fatal(err)
	}
	if got := packages[1].path + " " + packages[0].path; got != "example.org/app/util example.org/app" {
		t.Errorf("got %s", got)
	}
	if packages[2].language != "go1.21" || len(packages[0].aliases) != 0 {
		t.Errorf("got %+v", packages[2])
	}
}

func TestWhatIsRefused(t *testing.T) {
	const main = "package main\nfunc main() {}\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"foreign package": {
			map[string]string{"main.go": "package main\n\nimport \"github.com/x/y\"\n"},
			"main.go:3:8: package github.com/x/y is neither in the standard library nor in this program",
		},
		"foreign package beside a go.mod": {
			map[string]string{"go.mod": "module m\n", "main.go": "package main\nimport \"util\"\n", "util/u.go": "package util\n"},
			"main.go:2:8: package util is neither in the standard library nor in this program",
		},
		"cycle": {
			map[string]string{
				"main.go": "package main\nimport _ \"a\"\n",
				"a/a.go":  "package a\nimport _ \"b\"\n",
				"b/b.go":  "package b\nimport _ \"a\"\n",
			},
			"b/b.go:2:8: import cycle: . imports a imports b imports a",
		},
		"cgo":              {map[string]string{"main.go": "package main\nimport \"C\"\n"}, "main.go:2:8: cgo is not supported"},
		"cgo beside":       {map[string]string{"main.go": main, "c.go": "package main\nimport \"C\"\n"}, "c.go:2:8: cgo is not supported"},
		"assembly":         {map[string]string{"main.go": main, "x.s": "TEXT\n"}, "x.s: assembly is not supported"},
		"no main package":  {map[string]string{"main.go": "package util\n"}, "main.go: package util is not a main package"},
		"entry left out":   {map[string]string{"main_test.go": main, "a.go": main}, "main_test.go: left out by its name or by a build constraint"},
		"internal":         {map[string]string{"main.go": "package main\nimport \"internal/abi\"\n"}, "main.go:2:8: use of internal package internal/abi not allowed"},
		"import of a main": {map[string]string{"main.go": "package main\nimport \"b\"\n", "b/b.go": main}, "main.go:2:8: import \"b\" is a program, not an importable package"},
		"relative import":  {map[string]string{"main.go": "package main\nimport \"./b\"\n", "b/b.go": main}, "main.go:2:8: package ./b is neither in the standard library nor in this program"},
		"newer language":   {map[string]string{"go.mod": "module m\ngo 1.999\n", "main.go": main}, "go.mod asks for go1.999, this is go1."},
		"syntax":           {map[string]string{"main.go": "package main\nimport 5\n"}, "main.go:2:8:"},
		"nothing to embed": {
			map[string]string{"main.go": "package main\nimport _ \"embed\"\n//go:embed x.txt\nvar x string\n"},
			"main.go:3:12: pattern x.txt: no matching files found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			program(t, c.files)
			entry := "main.go"
			if _, there := c.files[entry]; !there {
				entry = "main_test.go"
			}
			_, err := load(entry, standard)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestEmbeddedFiles(t *testing.T) {
	program(t, map[string]string{
		"p/main.go":     "package main\nimport \"embed\"\n//go:embed data all:hid *.txt\nvar files embed.FS\n",
		"p/data/a":      "a",
		"p/data/.b":     "b",
		"p/hid/.c":      "c",
		"p/x.txt":       "x",
		"p/.build/main": "not the program's",
	})
	packages, err := load("p/main.go", standard)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Patterns":{"*.txt":["x.txt"],"all:hid":["hid/.c"],"data":["data/a"]},` +
		`"Files":{"data/a":"p/data/a","hid/.c":"p/hid/.c","x.txt":"p/x.txt"}}`
	if got := string(packages[0].embed); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPackagesOfAnImportcfg(t *testing.T) {
	got := packagesIn([]byte("# comment\npackagefile fmt=/x/fmt.a\npackagefile net/http=/x/net/http.a\n"))
	if len(got) != 3 || !got["fmt"] || !got["net/http"] || !got["unsafe"] {
		t.Errorf("got %v", got)
	}
}
