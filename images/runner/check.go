package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// What a job has to be like before anything is done with it. Each check names the field at fault.

func checkJob(j *job) *failure {
	for _, check := range []func(*job) *failure{checkHead, checkPrograms, checkFolders, checkRuns, checkArtifacts} {
		if f := check(j); f != nil {
			return f
		}
	}
	return nil
}

func checkHead(j *job) *failure {
	switch {
	case j.V != protocolVersion:
		return badJob("The job has v %d; this runner knows %d.", j.V, protocolVersion)
	case j.ID == "" || len(j.ID) > maxIDBytes:
		return badJob("id has %d bytes; 1 to %d are allowed.", len(j.ID), maxIDBytes)
	case strings.ContainsFunc(j.ID, unicode.IsControl):
		return badJob("id contains control characters.")
	case j.Gate != gateJoin && j.Gate != gateFirst && j.Gate != gateOff:
		return badJob("gate is %.100q; join, first and off are known.", string(j.Gate))
	}
	for _, r := range j.Require {
		if r != requireSeccomp && r != requireLandlock {
			return badJob("require has %.100q; seccomp and landlock are known.", r)
		}
	}
	return checkConfine("confine", j.Confine)
}

func checkPrograms(j *job) *failure {
	if f := checkCount("programs", len(j.Programs), maxPrograms); f != nil {
		return f
	}
	files := 0
	for i, p := range j.Programs {
		at := fmt.Sprintf("programs[%d]", i)
		if why := unsafePath(p.Dir); why != "" && p.Dir != "." {
			return badJob("%s.dir %.200q %s.", at, p.Dir, why)
		}
		files += len(p.Files)
		for _, f := range p.Files {
			switch why := unsafePath(f.Path); {
			case why != "":
				return badJob("The file path %.200q %s.", f.Path, why)
			case f.Path == buildDir || strings.HasPrefix(f.Path, buildDir+"/"):
				return badJob("The file path %.200q begins with %s, which is for what a compilation makes.", f.Path, buildDir)
			case (f.Content == nil) == (f.Base64 == nil):
				return badJob("The file %.200q needs either content or base64.", f.Path)
			}
		}
		if c := p.Compile; c != nil {
			at += ".compile"
			if f := checkStep(at, c.Argv, c.Env, c.Limits); f != nil {
				return f
			}
			if f := checkConfine(at+".confine", c.Confine); f != nil {
				return f
			}
		}
	}
	if files > maxFiles {
		return badJob("The job has %d files; %d are allowed.", files, maxFiles)
	}
	return nil
}

// checkFolders: no program may find another's files among its own.
func checkFolders(j *job) *failure {
	for i, p := range j.Programs {
		for k, q := range j.Programs {
			if i != k && (p.Dir == "." || q.Dir == p.Dir || strings.HasPrefix(q.Dir, p.Dir+"/")) {
				return badJob("programs[%d].dir %.200q is inside of programs[%d].dir %.200q; each program needs a folder of its own.", k, q.Dir, i, p.Dir)
			}
		}
	}
	return nil
}

func checkRuns(j *job) *failure {
	if f := checkCount("runs", len(j.Runs), maxRuns); f != nil {
		return f
	}
	for i, r := range j.Runs {
		at := fmt.Sprintf("runs[%d]", i)
		if r.Program < 0 || r.Program >= len(j.Programs) {
			return badJob("%s.program is %d; the job has %d programs, counted from 0.", at, r.Program, len(j.Programs))
		}
		if f := checkStep(at, r.Argv, r.Env, r.Limits); f != nil {
			return f
		}
	}
	return nil
}

func checkArtifacts(j *job) *failure {
	a := j.Artifacts
	switch {
	case a == nil:
		return nil
	case len(a.Globs) > maxGlobs:
		return badJob("artifacts.globs has %d entries; %d are allowed.", len(a.Globs), maxGlobs)
	case a.MaxFiles < 1 || a.MaxFiles > maxArtifacts:
		return badJob("artifacts.maxFiles is %d; 1 to %d are allowed.", a.MaxFiles, maxArtifacts)
	case a.MaxBytes < 0 || a.MaxBytes > maxArtifactBytes:
		return badJob("artifacts.maxBytes is %d; 0 to %d are allowed.", a.MaxBytes, maxArtifactBytes)
	}
	for _, g := range a.Globs {
		if why := unsafePath(g); why != "" {
			return badJob("The artifact glob %.200q %s.", g, why)
		}
	}
	return nil
}

// checkStep is for what compilations and runs have in common.
func checkStep(at string, argv []string, env map[string]string, l limits) *failure {
	switch {
	case len(argv) == 0:
		return badJob("%s.argv is empty.", at)
	case !strings.Contains(argv[0], "/"):
		return badJob("%s.argv[0] is %.100q; it has to be a path, because PATH is not searched.", at, argv[0])
	}
	for i, arg := range argv {
		if strings.ContainsRune(arg, 0) {
			return badJob("%s.argv[%d] contains NUL.", at, i)
		}
	}
	for name, value := range env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return badJob("%s.env has the name %.100q; a name is not empty and has neither = nor NUL.", at, name)
		}
		if strings.ContainsRune(value, 0) {
			return badJob("%s.env %.100q contains NUL.", at, name)
		}
	}
	for _, b := range []struct {
		name               string
		value, least, most int64
	}{
		{"wallMs", l.WallMs, 1, maxMs},
		{"cpuMs", l.CPUMs, 1, maxMs},
		{"memoryBytes", l.MemoryBytes, 0, maxBytes},
		{"processes", int64(l.Processes), 1, maxTasks},
		{"tasks", int64(l.Tasks), 1, maxTasks},
		{"outputBytes", int64(l.OutputBytes), 0, maxOutputBytes},
		{"maxOutputBytes", l.MaxOutputBytes, 1, maxBytes},
		{"diskBytes", l.DiskBytes, 1, maxBytes},
	} {
		if b.value < b.least || b.value > b.most {
			return badJob("%s.limits.%s is %d; %d to %d are allowed.", at, b.name, b.value, b.least, b.most)
		}
	}
	return nil
}

func checkConfine(at string, c confine) *failure {
	for _, p := range slices.Concat(c.Read, c.Write, c.Execute) {
		if p == "" || strings.ContainsRune(p, 0) {
			return badJob("%s has the path %.200q; a path is not empty and has no NUL.", at, p)
		}
	}
	return nil
}

func checkCount(name string, n, most int) *failure {
	if n < 1 || n > most {
		return badJob("%s has %d entries; 1 to %d are allowed.", name, n, most)
	}
	return nil
}
