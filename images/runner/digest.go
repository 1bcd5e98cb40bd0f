package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// digest takes in a stream in pieces of any size, and says what it was: as it is, and as the words in it, each followed
// by one newline. Whoever knows an expected output can compare without the program ever having been near it.
type digest struct {
	whole  hash.Hash
	words  hash.Hash
	inWord bool
	buf    []byte
}

func newDigest() *digest {
	return &digest{whole: sha256.New(), words: sha256.New(), buf: make([]byte, 0, 4096)}
}

func (d *digest) write(p []byte) {
	d.whole.Write(p)
	for _, c := range p {
		switch c {
		case ' ', '\t', '\n', '\v', '\f', '\r':
			if d.inWord {
				d.word('\n')
			}
			d.inWord = false
		default:
			d.word(c)
			d.inWord = true
		}
	}
}

func (d *digest) word(c byte) {
	if len(d.buf) == cap(d.buf) {
		d.words.Write(d.buf)
		d.buf = d.buf[:0]
	}
	d.buf = append(d.buf, c)
}

// sums ends the last word. Nothing may be written afterwards.
func (d *digest) sums() (whole, words string) {
	if d.inWord {
		d.word('\n')
	}
	d.words.Write(d.buf)
	return hex.EncodeToString(d.whole.Sum(nil)), hex.EncodeToString(d.words.Sum(nil))
}
