package main

import "time"

// The wire types of docs/runner-protocol.md, version 1. The operator's side of the same contract is
// operator/codeexec/domain/record.py: a field changes in all three places or in none.

const (
	version         = "0.1.0"
	protocolVersion = 1
)

// How the runner ends. Each code but 0 goes with one `error.code`.
const (
	exitReported    = 0
	exitNoJob       = 70
	exitBadJob      = 71
	exitNotStarted  = 72
	exitNotIsolated = 73
)

// Where things are in every sandbox.
const (
	workspaceDir   = "/workspace"
	cgroupDir      = "/sys/fs/cgroup"
	terminationLog = "/dev/termination-log"
)

// Bounds of the protocol. Everything that a job can make grow has one.
const (
	maxJobBytes         = 4 << 20  // the job line without its newline
	maxLineBytes        = 64 << 10 // a line of the record, newline included
	maxTerminationBytes = 4096     // what the kubelet keeps of a termination message
	maxMessageBytes     = 1024     // `message`, so that a whole result stays below maxTerminationBytes
	maxIDBytes          = 256
	maxFiles            = 200
	maxWall             = 24 * time.Hour
	maxOutputBytes      = 16 << 20 // each stream; the runner holds at most twice this in memory
	maxTasks            = 1 << 16
)

type job struct {
	V      int               `json:"v"`
	ID     string            `json:"id"`
	Argv   []string          `json:"argv"`
	Files  []file            `json:"files"`
	Stdin  string            `json:"stdin"`
	Env    map[string]string `json:"env"`
	Limits limits            `json:"limits"`
	Gate   gateMode          `json:"gate"`
}

type file struct {
	Path    string `json:"path"`
	Content string `json:"content"`
}

type limits struct {
	WallMs      int64 `json:"wallMs"`
	OutputBytes int   `json:"outputBytes"`
	Tasks       int   `json:"tasks"`
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

type cause string

const (
	causeExit    cause = "exit"
	causeTimeout cause = "timeout"
	causeMemory  cause = "memory"
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

type resultLine struct {
	Type            string  `json:"type"`
	V               int     `json:"v"`
	ID              string  `json:"id"`
	Cause           cause   `json:"cause"`
	ExitCode        int     `json:"exitCode"`
	Signal          string  `json:"signal"`
	StartedAt       string  `json:"startedAt"`
	FinishedAt      string  `json:"finishedAt"`
	WallMs          float64 `json:"wallMs"`
	CPUMs           float64 `json:"cpuMs"`
	PeakMemoryBytes int64   `json:"peakMemoryBytes"`
	OOMKills        int64   `json:"oomKills"`
	PeakProcesses   int     `json:"peakProcesses"`
	StdoutBytes     int64   `json:"stdoutBytes"`
	StderrBytes     int64   `json:"stderrBytes"`
	Network         network `json:"network"`
	NetworkMs       float64 `json:"networkMs"`
	Seccomp         bool    `json:"seccomp"`
	Cgroup          string  `json:"cgroup"`
	Message         string  `json:"message"`
}

type errorLine struct {
	Type    string `json:"type"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failure is an end without a result. Its message is one sentence that may be shown to whoever reads the status.
type failure struct {
	exit    int
	message string
}

func (f *failure) Error() string { return f.message }

func (f *failure) line() errorLine {
	code := map[int]string{
		exitNoJob:       "no-job",
		exitBadJob:      "bad-job",
		exitNotStarted:  "not-started",
		exitNotIsolated: "not-isolated",
	}[f.exit]
	return errorLine{Type: "error", Code: code, Message: clip(f.message)}
}

// timestamp renders RFC 3339 in UTC with exactly six decimals.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// milliseconds keeps microseconds and drops what lies below.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
