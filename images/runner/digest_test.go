package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
)

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestDigest(t *testing.T) {
	long := strings.Repeat("word ", 3000) + strings.Repeat("x", 10_000)
	for text, words := range map[string]string{
		"":                         "",
		" \t\n\v\f\r":              "",
		"a":                        "a\n",
		"a\n":                      "a\n",
		"  a  b\tc\vd\fe\rf\r\n ":  "a\nb\nc\nd\ne\nf\n",
		"ä\u00a0ö \x00 \x1c \xff ": "ä\u00a0ö\n\x00\n\x1c\n\xff\n", // no other white space than ASCII's
		long:                       strings.Join(strings.Fields(long), "\n") + "\n",
	} {
		for _, step := range []int{1, 2, 3, 4095, 4096, 1 << 20} {
			d := newDigest()
			for at := 0; at < len(text); at += step {
				d.write([]byte(text[at:min(at+step, len(text))]))
			}
			if gotWhole, gotWords := d.sums(); gotWhole != sha(text) || gotWords != sha(words) {
				t.Errorf("%.20q in pieces of %d: %s %s", text, step, gotWhole, gotWords)
			}
		}
	}
}

// Also of what is dropped from the record, and only where it was asked for.
func TestDigestOfARun(t *testing.T) {
	r := verdict(t, shell("seq 1 100000; echo 'no part' >&2").with("digest", true).limit("outputBytes", 100).again("/bin/echo", "x"))
	var all strings.Builder
	for i := range 100_000 {
		all.WriteString(strconv.Itoa(i+1) + "\n")
	}
	if e := r.ends[0]; e.StdoutSHA256 != sha(all.String()) || e.TokensSHA256 != sha(all.String()) {
		t.Errorf("%+v", e)
	}
	if e := r.ends[1]; e.StdoutSHA256 != "" || e.TokensSHA256 != "" {
		t.Errorf("%+v", e)
	}
}
