package main

import "time"

// The wire types of docs/runner-protocol.md, version 2. The operator's side of the same contract is
// operator/codeexec/domain/record.py: a field changes in all three places or in none.

const (
	version         = "0.2.0"
	protocolVersion = 2
)

// How the runner ends. Each code but 0 goes with one `error.code`.
const (
	exitReported    = 0
	exitNoJob       = 70
	exitBadJob      = 71
	exitNotStarted  = 72
	exitNotIsolated = 73
	exitNotConfined = 74
	exitBroken      = 75
)

// Where things are in every sandbox.
const (
	workspaceDir   = "/workspace"
	tmpDir         = "/tmp"
	shmDir         = "/dev/shm"
	buildDir       = ".build" // in a program's folder
	cgroupDir      = "/sys/fs/cgroup"
	terminationLog = "/dev/termination-log"
)

// Bounds of the protocol. Everything that a job can make grow has one.
const (
	maxJobBytes         = 8 << 20  // the job line without its newline
	maxLineBytes        = 64 << 10 // a line of the record, newline included
	maxTerminationBytes = 4096     // what the kubelet keeps of a termination message
	maxMessageBytes     = 1024     // `message`, so that a result with its first end stays below maxTerminationBytes
	maxIDBytes          = 256
	maxPrograms         = 100
	maxRuns             = 100
	maxFiles            = 200
	maxPathBytes        = 1024
	maxMs               = 86_400_000
	maxOutputBytes      = 16 << 20 // each stream; the runner holds at most twice this in memory
	maxTasks            = 1 << 16
	maxBytes            = 1 << 50
	maxGlobs            = 64
	maxArtifacts        = 100
	maxArtifactBytes    = 16 << 20
	maxSkipped          = 100
)

type job struct {
	V         int         `json:"v"`
	ID        string      `json:"id"`
	Programs  []program   `json:"programs"`
	Runs      []execution `json:"runs"`
	Confine   confine     `json:"confine"` // of the runs
	Artifacts *artifacts  `json:"artifacts"`
	Require   []string    `json:"require"`
	Gate      gateMode    `json:"gate"`
}

// program is a folder of files, and how it is compiled.
type program struct {
	Dir     string       `json:"dir"`
	Files   []file       `json:"files"`
	Compile *compilation `json:"compile"`
}

// file has either text or bytes; which of the two was there shows in what is nil.
type file struct {
	Path    string  `json:"path"`
	Content *string `json:"content"`
	Base64  []byte  `json:"base64"`
}

type compilation struct {
	Argv    []string          `json:"argv"`
	Env     map[string]string `json:"env"`
	Limits  limits            `json:"limits"`
	Confine confine           `json:"confine"`
}

type execution struct {
	Program int               `json:"program"`
	Argv    []string          `json:"argv"`
	Stdin   string            `json:"stdin"`
	Env     map[string]string `json:"env"`
	Digest  bool              `json:"digest"`
	Limits  limits            `json:"limits"`
}

// limits hold for one step.
type limits struct {
	WallMs         int64 `json:"wallMs"`
	CPUMs          int64 `json:"cpuMs"`
	MemoryBytes    int64 `json:"memoryBytes"`
	Processes      int   `json:"processes"`
	Tasks          int   `json:"tasks"`
	OutputBytes    int   `json:"outputBytes"`
	MaxOutputBytes int64 `json:"maxOutputBytes"`
	DiskBytes      int64 `json:"diskBytes"`
}

type artifacts struct {
	Globs    []string `json:"globs"`
	MaxFiles int      `json:"maxFiles"`
	MaxBytes int64    `json:"maxBytes"`
}

// confine says what a step's processes may do. Paths are absolute, or relative to the program's folder.
type confine struct {
	Read     []string `json:"read"`
	Write    []string `json:"write"`
	Execute  []string `json:"execute"`
	Commands bool     `json:"commands"`
	Network  bool     `json:"network"`
}

type gateMode string

const (
	gateJoin  gateMode = "join"
	gateFirst gateMode = "first"
	gateOff   gateMode = "off"
)

// What `require` can name.
const (
	requireSeccomp  = "seccomp"
	requireLandlock = "landlock"
)

type readyLine struct {
	Type   string `json:"type"`
	V      int    `json:"v"`
	Runner string `json:"runner"`
}

type startLine struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	At   string `json:"at"`
}

type stepKind string

const (
	kindCompile stepKind = "compile"
	kindRun     stepKind = "run"
)

type stepLine struct {
	Type string   `json:"type"`
	Step int      `json:"step"`
	Kind stepKind `json:"kind"`
	Of   int      `json:"of"`
	At   string   `json:"at"`
}

// cause says what ended a step. The order is the protocol's: the first that applies.
type cause string

const (
	causeMemory    cause = "memory"
	causeTimeout   cause = "timeout"
	causeCPU       cause = "cpu"
	causeProcesses cause = "processes"
	causeOutput    cause = "output"
	causeDisk      cause = "disk"
	causeExit      cause = "exit"
)

type network string

const (
	networkShut    network = "shut"
	networkOpen    network = "open"
	networkUnknown network = "unknown"
	networkOff     network = "off"
)

// notRead stands for a reading that the kernel did not offer.
const notRead = -1

type endLine struct {
	Type            string   `json:"type"`
	Step            int      `json:"step"`
	Kind            stepKind `json:"kind"`
	Of              int      `json:"of"`
	Cause           cause    `json:"cause"`
	ExitCode        int      `json:"exitCode"`
	Signal          string   `json:"signal"`
	StartedAt       string   `json:"startedAt"`
	FinishedAt      string   `json:"finishedAt"`
	WallMs          float64  `json:"wallMs"`
	CPUMs           float64  `json:"cpuMs"`
	PeakMemoryBytes int64    `json:"peakMemoryBytes"`
	OOMKills        int64    `json:"oomKills"`
	PeakProcesses   int      `json:"peakProcesses"`
	DiskBytes       int64    `json:"diskBytes"`
	StdoutBytes     int64    `json:"stdoutBytes"`
	StderrBytes     int64    `json:"stderrBytes"`
	StdoutSHA256    string   `json:"stdoutSha256"`
	TokensSHA256    string   `json:"tokensSha256"`
	Message         string   `json:"message"`
}

type artifactLine struct {
	Type   string `json:"type"`
	Of     int    `json:"of"`
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	At     int64  `json:"at"`
	Data   []byte `json:"data"`
}

type skippedLine struct {
	Type string `json:"type"`
	Of   int    `json:"of"`
	Path string `json:"path"`
	Why  why    `json:"why"`
}

type why string

const (
	whyTooMany    why = "too-many"
	whyTooLarge   why = "too-large"
	whyNotRegular why = "not-regular"
	whyUnreadable why = "unreadable"
)

type resultLine struct {
	Type      string    `json:"type"`
	V         int       `json:"v"`
	ID        string    `json:"id"`
	Steps     int       `json:"steps"`
	Network   network   `json:"network"`
	NetworkMs float64   `json:"networkMs"`
	Seccomp   bool      `json:"seccomp"`
	Landlock  int       `json:"landlock"`
	Cgroup    string    `json:"cgroup"`
	Ends      []endLine `json:"ends,omitempty"` // in the termination message only
}

type errorLine struct {
	Type    string `json:"type"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// timestamp renders RFC 3339 in UTC with exactly six decimals.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// milliseconds keeps microseconds and drops what lies below.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
