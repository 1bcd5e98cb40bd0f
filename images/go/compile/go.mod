module codeexec.dev/go-compile

go 1.24
