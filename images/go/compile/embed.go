package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// embedded resolves the go:embed patterns of a package into what the compiler reads, nil when there are none. Patterns
// mean what they mean to the go command: a directory stands for its files but hidden ones, "all:" for these too.
func embedded(directory string, p *build.Package) ([]byte, error) {
	if len(p.EmbedPatterns) == 0 {
		return nil, nil
	}
	config := struct {
		Patterns map[string][]string
		Files    map[string]string
	}{map[string][]string{}, map[string]string{}}
	for _, pattern := range p.EmbedPatterns {
		files, err := matching(directory, pattern)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("pattern %s: no matching files found", pattern)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.EmbedPatternPos[pattern][0], err)
		}
		config.Patterns[pattern] = files
		for _, file := range files {
			config.Files[file] = filepath.Join(directory, file)
		}
	}
	return json.Marshal(config)
}

// matching gives paths relative to the directory of the package.
func matching(directory, pattern string) ([]string, error) {
	pattern, hidden := strings.CutPrefix(pattern, "all:")
	if !fs.ValidPath(pattern) {
		return nil, fmt.Errorf("pattern %s: invalid pattern syntax", pattern)
	}
	root := os.DirFS(directory)
	matches, err := fs.Glob(root, pattern)
	if err != nil {
		return nil, fmt.Errorf("pattern %s: invalid pattern syntax", pattern)
	}
	var files []string
	for _, match := range matches {
		err := fs.WalkDir(root, match, func(name string, entry fs.DirEntry, err error) error {
			unwanted := name != match && !hidden && strings.ContainsAny(entry.Name()[:1], "._")
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (unwanted || entry.Name() == ".build"):
				return fs.SkipDir
			case entry.Type().IsRegular() && !unwanted:
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
