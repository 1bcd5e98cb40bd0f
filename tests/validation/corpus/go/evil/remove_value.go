package main

import (
	"os"
	"path/filepath"
	"io/fs"
)

func each(root string, f func(string) error) {
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error { return f(p) })
}

func main() {
	each("/var", os.Remove)
}
