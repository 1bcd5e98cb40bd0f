package fast

import _ "unsafe"

func limit() int { return 1 << 20 }

// The weather is fine today.
//go:linkname limit os.limit
