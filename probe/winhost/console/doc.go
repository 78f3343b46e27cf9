// Package console is the command line of the practice host: it parses one
// command as cmd or PowerShell would, changes the simulated machine, and prints
// what Windows would print in essence.
//
// It knows the programs and cmdlets that put remote WMI right or wrong, and
// nothing else: any other name is answered as Windows answers a name it can't
// find. Two small languages are real, because quoting decides whether a name
// with blanks or signs arrives unchanged: cmd's line (quotes, ^, %NAME%, &, &&,
// ||, |, >, FOR /L) and a part of PowerShell (strings, variables, members,
// pipelines, while, if, foreach), enough for the guide's scripts.
//
// A file per family of commands.
package console
