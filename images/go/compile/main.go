// go-compile builds one program from the files below the working directory: `go-compile -o .build/main ENTRY`.
//
// It calls the toolchain's compile and link itself, with packages of the standard library that were compiled when the
// image was made. The go command would want a writable cache, a module and a second of time for the same. The program
// may use the standard library and its own packages, nothing else: there is no network to get anything from.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// home holds compile, link, and importcfg, which names the archive of every package of the standard library.
const home = "/usr/local/go"

func main() {
	out := flag.String("o", ".build/main", "the program to write")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: go-compile -o OUT ENTRY")
		os.Exit(2)
	}
	if err := buildProgram(flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func buildProgram(entry, out string) error {
	standard, err := os.ReadFile(filepath.Join(home, "importcfg"))
	if err != nil {
		return err
	}
	packages, err := load(entry, packagesIn(standard))
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(out), "go-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	b := builder{scratch: scratch, config: bytes.NewBuffer(standard)}
	for _, p := range packages {
		if err := b.compile(p); err != nil {
			return err
		}
	}
	// no symbols and no DWARF: half the time; the line table that panics need is not among them
	main := packages[len(packages)-1]
	return b.run("link", "-o", out, "-importcfg", b.configFile(), "-buildmode=exe", "-s", "-w", b.archive(main))
}

// packagesIn takes the paths out of an importcfg.
func packagesIn(config []byte) map[string]bool {
	found := map[string]bool{"unsafe": true} // known to the compiler, not an archive
	for lines := bufio.NewScanner(bytes.NewReader(config)); lines.Scan(); {
		if entry, ok := strings.CutPrefix(lines.Text(), "packagefile "); ok {
			path, _, _ := strings.Cut(entry, "=")
			found[path] = true
		}
	}
	return found
}

// builder compiles packages one after another; config grows by each, so that the next can import it.
type builder struct {
	scratch string
	config  *bytes.Buffer
}

func (b *builder) configFile() string { return filepath.Join(b.scratch, "importcfg") }

func (b *builder) archive(p *local) string {
	return filepath.Join(b.scratch, strings.ReplaceAll(p.path, "/", "%")+".a")
}

func (b *builder) compile(p *local) error {
	if err := os.WriteFile(b.configFile(), b.config.Bytes(), 0o600); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	words := []string{"-o", b.archive(p), "-p", p.path, "-importcfg", b.configFile(), "-trimpath", root + "=>",
		"-lang", p.language, "-pack", "-complete", "-nolocalimports", "-dwarf=false", "-c=2"}
	if p.embed != nil {
		file := filepath.Join(b.scratch, "embedcfg")
		if err := os.WriteFile(file, p.embed, 0o600); err != nil {
			return err
		}
		words = append(words, "-embedcfg", file)
	}
	if err := b.run("compile", append(words, p.files...)...); err != nil {
		return err
	}
	fmt.Fprintf(b.config, "packagefile %s=%s\n", p.path, b.archive(p))
	for _, alias := range p.aliases {
		fmt.Fprintf(b.config, "importmap %s=%s\n", alias, p.path)
	}
	return nil
}

// run shows what the tool says without the tool's own first word, which would tell the user nothing.
func (b *builder) run(tool string, words ...string) error {
	command := exec.Command(filepath.Join(home, tool), words...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = io.Writer(&said), &said
	if err := command.Run(); err != nil {
		if message := strings.TrimRight(said.String(), "\n"); message != "" {
			return errors.New(message)
		}
		return fmt.Errorf("%s: %w", tool, err)
	}
	return nil
}
