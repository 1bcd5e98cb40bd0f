package main

import (
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"go/version"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// local is one package of the program: a directory below the working directory.
type local struct {
	path     string   // what the compiler calls it
	aliases  []string // what else it is imported as
	files    []string // relative to the working directory, as messages show them
	language string   // go1.N
	embed    []byte   // embedcfg, nil without go:embed
}

// loader finds the packages of a program.
//
// With a go.mod, a package is imported as the go command would have it: module path, slash, directory. Without one, by
// its directory, with or without one invented first element: "util" and "main/util" are both the directory util. A
// package of the standard library always wins.
type loader struct {
	context  build.Context
	standard map[string]bool
	module   string
	language string
	done     map[string]*local // by directory; nil while its imports are being loaded
	ordered  []*local
}

// load gives the packages of the program that entry belongs to, each after what it imports, the main package last.
func load(entry string, standard map[string]bool) ([]*local, error) {
	l := loader{context: build.Default, standard: standard, done: map[string]*local{}}
	l.context.CgoEnabled = false
	l.language = l.context.ReleaseTags[len(l.context.ReleaseTags)-1]
	if err := l.readModule(); err != nil {
		return nil, err
	}
	directory := filepath.Dir(entry)
	main, found, err := l.load(directory, nil)
	if err != nil {
		return nil, err
	}
	if found.Name != "main" {
		return nil, fmt.Errorf("%s: package %s is not a main package", entry, found.Name)
	}
	if !slices.Contains(main.files, filepath.Clean(entry)) {
		return nil, fmt.Errorf("%s: left out by its name or by a build constraint", entry)
	}
	main.path = "main"
	return l.ordered, nil
}

// readModule takes the two lines that matter here from go.mod. What it requires cannot be had, and shows when imported.
func (l *loader) readModule() error {
	text, err := os.ReadFile("go.mod")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		if len(words) != 2 {
			continue
		}
		switch words[0] {
		case "module":
			l.module = strings.Trim(words[1], "\"`")
		case "go":
			wanted := version.Lang("go" + words[1])
			if version.Compare(wanted, l.language) > 0 {
				return fmt.Errorf("go.mod asks for %s, this is %s", wanted, l.language)
			}
			if wanted != "" {
				l.language = wanted
			}
		}
	}
	if l.module == "" {
		return errors.New("go.mod has no module line")
	}
	return nil
}

// load reads one directory and, first, all that it imports; chain is how it was reached.
func (l *loader) load(directory string, chain []string) (*local, *build.Package, error) {
	found, err := l.context.ImportDir(directory, 0)
	if err != nil {
		var none *build.NoGoError
		if errors.As(err, &none) {
			if err := cgoIn(directory, found.IgnoredGoFiles); err != nil {
				return nil, nil, err
			}
			return nil, nil, fmt.Errorf("%s: no Go files to compile", directory)
		}
		return nil, nil, err
	}
	if err := refused(directory, found); err != nil {
		return nil, nil, err
	}
	l.done[directory] = nil
	for _, wanted := range found.Imports {
		if err := l.follow(wanted, found.ImportPos[wanted][0], append(chain, directory)); err != nil {
			return nil, nil, err
		}
	}
	p := &local{path: l.canonical(directory), language: l.language}
	for _, name := range found.GoFiles {
		p.files = append(p.files, filepath.Join(directory, name))
	}
	if p.embed, err = embedded(directory, found); err != nil {
		return nil, nil, err
	}
	l.done[directory] = p
	l.ordered = append(l.ordered, p)
	return p, found, nil
}

// follow makes sure that what is imported at one place is there.
func (l *loader) follow(wanted string, at token.Position, chain []string) error {
	if l.standard[wanted] {
		if strings.HasPrefix(wanted, "vendor/") || slices.Contains(strings.Split(wanted, "/"), "internal") {
			return fmt.Errorf("%s: use of internal package %s not allowed", at, wanted)
		}
		return nil
	}
	directory, ok := l.directoryOf(wanted)
	if !ok {
		return fmt.Errorf("%s: package %s is neither in the standard library nor in this program", at, wanted)
	}
	p, seen := l.done[directory]
	if seen && p == nil {
		return fmt.Errorf("%s: import cycle: %s", at, strings.Join(append(chain, directory), " imports "))
	}
	if !seen {
		var found *build.Package
		var err error
		if p, found, err = l.load(directory, chain); err != nil {
			return err
		}
		if found.Name == "main" {
			return fmt.Errorf("%s: import %q is a program, not an importable package", at, wanted)
		}
	}
	if wanted != p.path && !slices.Contains(p.aliases, wanted) {
		p.aliases = append(p.aliases, wanted)
	}
	return nil
}

// canonical is never the name of a package of the standard library, whatever the directory is called.
func (l *loader) canonical(directory string) string {
	if l.module == "" {
		return path.Join("main", directory)
	}
	return path.Join(l.module, directory)
}

func (l *loader) directoryOf(wanted string) (string, bool) {
	if !fs.ValidPath(wanted) {
		return "", false
	}
	_, rest, _ := strings.Cut(wanted, "/")
	candidates := []string{wanted, rest}
	if l.module != "" {
		inside, ok := strings.CutPrefix(wanted+"/", l.module+"/")
		if !ok {
			return "", false
		}
		candidates = []string{path.Clean(inside)}
	}
	for _, directory := range candidates {
		if at, err := os.Stat(directory); directory != "" && err == nil && at.IsDir() {
			return directory, true
		}
	}
	return "", false
}

// refused tells of files that only cgo or an assembler could do something with.
func refused(directory string, p *build.Package) error {
	if len(p.SFiles) > 0 {
		return fmt.Errorf("%s: assembly is not supported", filepath.Join(directory, p.SFiles[0]))
	}
	if c := slices.Concat(p.CFiles, p.CXXFiles, p.SysoFiles); len(c) > 0 {
		return fmt.Errorf("%s: cgo is not supported", filepath.Join(directory, c[0]))
	}
	return cgoIn(directory, p.IgnoredGoFiles)
}

// cgoIn looks among what go/build leaves out, silently, when there is no cgo.
func cgoIn(directory string, ignored []string) error {
	for _, name := range ignored {
		places := token.NewFileSet()
		file, err := parser.ParseFile(places, filepath.Join(directory, name), nil, parser.ImportsOnly)
		if err != nil {
			continue // left out for a reason of its own
		}
		for _, one := range file.Imports {
			if one.Path.Value == `"C"` {
				return fmt.Errorf("%s: cgo is not supported", places.Position(one.Pos()))
			}
		}
	}
	return nil
}
