package main

import (
	"fmt"
	"strings"
	"testing"
)

func bringing(j testJob, maxFiles, maxBytes int, globs ...string) testJob {
	return j.with("artifacts", testJob{"globs": globs, "maxFiles": maxFiles, "maxBytes": maxBytes})
}

// brought puts the chunks together, and checks what they say of themselves.
func brought(t *testing.T, r record) (files []string, contents map[string]string) {
	t.Helper()
	contents = map[string]string{}
	for i := 0; i < len(r.artifacts); {
		first, data := r.artifacts[i], ""
		for {
			a := r.artifacts[i]
			if a.Path != first.Path || a.Of != first.Of || a.SHA256 != first.SHA256 || a.Bytes != first.Bytes || a.At != int64(len(data)) {
				t.Fatalf("%.200v after %d bytes of %.200v", a, len(data), first)
			}
			data += string(a.Data)
			i++
			if int64(len(data)) >= a.Bytes {
				break
			}
		}
		if sha(data) != first.SHA256 {
			t.Errorf("%s: its bytes are not those of its digest", first.Path)
		}
		key := fmt.Sprint(first.Of, ":", first.Path)
		files = append(files, key)
		contents[key] = data
	}
	return files, contents
}

func skippedAs(r record) string {
	var all []string
	for _, s := range r.skipped {
		all = append(all, fmt.Sprint(s.Of, ":", s.Path, " ", s.Why))
	}
	return strings.Join(all, ", ")
}

func TestArtifacts(t *testing.T) {
	r := verdict(t, bringing(shell(`mkdir -p out/deep out.d; printf small > out/a.txt; : > out/empty.txt; head -c 200000 /dev/zero | tr '\0' z > out/big.txt
		echo no > out/a.png; echo deep > out/deep/x.txt; echo z > out.d/z.txt; echo root > root.txt; mkdir -p .build; echo b > .build/b.txt`).
		again("/bin/sh", "-c", "echo second > root.txt"), 100, 1<<20, "out/*.txt", "**/x.txt", "out.d/?.txt", "root.txt", ".build/*"))
	files, contents := brought(t, r)
	if got := strings.Join(files, " "); got != "0:out.d/z.txt 0:out/a.txt 0:out/big.txt 0:out/deep/x.txt 0:out/empty.txt 0:root.txt 1:root.txt" {
		t.Error(got)
	}
	if contents["0:out/a.txt"] != "small" || contents["0:out/empty.txt"] != "" || contents["0:out/big.txt"] != strings.Repeat("z", 200_000) || contents["1:root.txt"] != "second\n" {
		t.Errorf("%.300v", contents)
	}
	if len(r.skipped) != 0 {
		t.Error(skippedAs(r))
	}
	// After the end of their run, and before the next.
	if got := strings.Join(r.types, " "); got != "ready start step end artifact step end artifact result" {
		t.Error(got)
	}
}

func TestArtifactsBeyondTheNumbers(t *testing.T) {
	r := verdict(t, bringing(shell("for i in 1 2 3 4 5; do printf 12345678 > $i; done").again("/bin/sh", "-c", "echo x > 6"), 4, 1000, "*"))
	files, _ := brought(t, r)
	if strings.Join(files, " ") != "0:1 0:2 0:3 0:4" || skippedAs(r) != "0:5 too-many, 1:6 too-many" {
		t.Errorf("%v, skipped %s", files, skippedAs(r))
	}
	r = verdict(t, bringing(shell("printf 12345678 > a; printf 123456789 > b; printf 12 > c"), 100, 10, "*"))
	files, _ = brought(t, r)
	if strings.Join(files, " ") != "0:a 0:c" || skippedAs(r) != "0:b too-large" {
		t.Errorf("%v, skipped %s", files, skippedAs(r))
	}
	r = verdict(t, bringing(shell("for i in $(seq 200); do ln -s /etc/passwd $i; done"), 1, 1, "*"))
	if len(r.skipped) != maxSkipped {
		t.Errorf("%d lines of what was skipped", len(r.skipped))
	}
}

func TestHostileArtifacts(t *testing.T) {
	r := verdict(t, bringing(python(`
import os, socket
os.mkdir("out"); os.chdir("out")
os.symlink("/etc/passwd", "symlink"); os.symlink("/etc", "folder"); os.symlink("..", "up")
os.mkfifo("fifo"); socket.socket(socket.AF_UNIX).bind("socket")
open("/workspace/once", "w").write("x"); os.link("/workspace/once", "twice")
open("shut", "w").write("x"); os.chmod("shut", 0)
os.mkdir("closed"); open("closed/x", "w"); os.chmod("closed", 0)
with open("sparse", "wb") as f: f.truncate(1 << 40)
open(b"odd\xff", "w"); open("new\nline", "w")
open("x" * 255, "w").write("fine")
where = "/workspace/out"
for i in range(10):
    os.mkdir("d" * 200); os.chdir("d" * 200)
open("deep", "w").write("never")
open("/workspace/out/fine", "w").write("fine")
`), 100, 1<<24, "out/**"))
	files, _ := brought(t, r)
	if strings.Join(files, " ") != "0:out/fine 0:out/"+strings.Repeat("x", 255) {
		t.Error(files)
	}
	deep := "out" + strings.Repeat("/"+strings.Repeat("d", 200), 6)
	want := []string{"0:out/closed unreadable", "0:" + clip(deep) + " unreadable", "0:out/fifo not-regular", "0:out/folder not-regular",
		"0:out/new?line unreadable", "0:out/odd? unreadable", "0:out/shut unreadable", "0:out/socket not-regular", "0:out/sparse too-large",
		"0:out/symlink not-regular", "0:out/twice not-regular", "0:out/up not-regular"}
	if got := skippedAs(r); got != strings.Join(want, ", ") {
		t.Errorf("skipped %s", got)
	}
}

func TestArtifactsInAFolderThatIsNoMore(t *testing.T) {
	j := bringing(shell("cd /; rm -rf /workspace/p; ln -s /etc /workspace/p").with("dir", "p"), 100, 1<<20, "**")
	if r := verdict(t, j); len(r.artifacts)+len(r.skipped) != 0 {
		t.Errorf("%+v %+v", r.artifacts, r.skipped)
	}
}

func TestASearchForArtifactsIsBounded(t *testing.T) {
	for name, code := range map[string]string{
		"many files":  "for i in range(30): os.mkdir(f'{i}'); [open(f'{i}/{k}', 'w').close() for k in range(1000)]",
		"one folder":  "[open(f'{k}', 'w').close() for k in range(30000)]",
		"many levels": "for i in range(3000): os.mkdir('d'); os.chdir('d')",
	} {
		t.Run(name, func(t *testing.T) {
			r := verdict(t, bringing(python("import os\nos.mkdir('out'); os.chdir('out')\n"+code), 100, 1<<20, "**/*.png"))
			if len(r.artifacts) != 0 || len(r.skipped) != 1 {
				t.Fatalf("%d, skipped %s", len(r.artifacts), skippedAs(r))
			}
			if why := r.skipped[0].Why; name == "many levels" && why != whyUnreadable || name != "many levels" && (why != whyTooMany || r.skipped[0].Path != ".") {
				t.Error(skippedAs(r))
			}
		})
	}
	// What no glob can reach is not looked at.
	r := verdict(t, bringing(python("import os\nos.mkdir('out'); os.mkdir('other'); open('out/x', 'w')\n[open(f'other/{k}', 'w').close() for k in range(30000)]"), 100, 1<<20, "out/*"))
	if len(r.artifacts) != 1 || len(r.skipped) != 0 {
		t.Errorf("%d, skipped %s", len(r.artifacts), skippedAs(r))
	}
}

func TestTheLongestArtifactLine(t *testing.T) {
	line := artifactLine{"artifact", 99, strings.Repeat(`"`, maxPathBytes), 1 << 40, sha(""), 1 << 40, make([]byte, chunkBytes)}
	if n := len(appendJSON(nil, line)); n > maxLineBytes {
		t.Errorf("%d bytes", n)
	}
	skipped := skippedLine{"skipped", 99, clip(strings.Repeat("\u2028", 4096)), whyNotRegular}
	if n := len(appendJSON(nil, skipped)); n > maxLineBytes {
		t.Errorf("%d bytes", n)
	}
}
