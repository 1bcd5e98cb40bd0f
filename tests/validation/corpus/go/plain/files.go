package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
)

type score struct {
	Name   string `json:"name"`
	Points int    `json:"points"`
}

func main() {
	log.SetFlags(0)
	if err := os.MkdirAll("out", 0o755); err != nil {
		log.Fatal(err)
	}
	path := filepath.Join("out", "scores.json")
	b, err := json.MarshalIndent([]score{{"ada", 3}, {"bob", 5}}, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		log.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	text, _ := io.ReadAll(f)
	var back []score
	if err := json.Unmarshal(text, &back); err != nil {
		log.Fatal(err)
	}
	w := csv.NewWriter(os.Stdout)
	for _, s := range back {
		w.Write([]string{s.Name, fmt.Sprint(s.Points)})
	}
	w.Flush()
}
