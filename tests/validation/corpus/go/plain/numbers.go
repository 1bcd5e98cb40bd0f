package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/rand"
)

type matrix [2][2]float64

func (m matrix) mul(n matrix) (out matrix) {
	for i := range m {
		for j := range n[0] {
			for k := range n {
				out[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return out
}

func main() {
	f := big.NewInt(1)
	for i := int64(2); i <= 30; i++ {
		f.Mul(f, big.NewInt(i))
	}
	fmt.Println(f, math.Sqrt2, math.Inf(1), bits.OnesCount(255))
	fmt.Println(matrix{{1, 1}, {1, 0}}.mul(matrix{{1, 1}, {1, 0}}))
	r := rand.New(rand.NewSource(7))
	fmt.Println(r.Intn(10) < 10, complex(1, 2)*complex(0, 1), 7&^2, 1<<10)
	sum := sha256.Sum256([]byte("x"))
	fmt.Println(hex.EncodeToString(sum[:4]))
}
