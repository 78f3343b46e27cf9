package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

const passwordVariable = "WMIDOCTOR_PASSWORD"

// maxPassword bounds a line of standard input; Windows allows 256 characters.
const maxPassword = 4096

// takePassword takes the password out of the environment, so that no program
// started from here inherits it.
func (a *app) takePassword() {
	a.password, _ = a.env(passwordVariable)
	_ = os.Unsetenv(passwordVariable)
}

// credential finds the password of the account, in the order: standard input,
// variable, prompt. A Kerberos cache or keytab needs none.
func (a *app) credential(ctx context.Context, f *runFlags) (probe.Credential, error) {
	account, err := f.account()
	if err != nil {
		return probe.Credential{}, err
	}
	if account.Anonymous() && f.passwordStdin {
		return probe.Credential{}, misuse("Give the account with --user.", "--password-stdin without an account")
	}
	if account.Anonymous() && (f.keytab != "" || f.auth.value == string(probe.AuthKerberos) && f.ccache == "") {
		return probe.Credential{}, misuse("Give the account with --user.", "Kerberos needs to know the account")
	}
	if f.anonymous || account.Anonymous() && f.ccache == "" {
		return probe.Credential{}, nil
	}
	c := probe.Credential{Account: account, CCache: f.ccache, Keytab: f.keytab}
	switch {
	case f.passwordStdin:
		c.Password, err = passwordLine(a.in)
	case a.password != "":
		c.Password = probe.NewSecret(a.password)
	case f.ccache != "" || f.keytab != "":
	default:
		c.Password, err = a.ask(ctx, "Password of "+page.Clean(account.Typed)+", not shown while you type: ")
	}
	return c, err
}

// passwordLine reads the first line, without its end.
func passwordLine(in io.Reader) (probe.Secret, error) {
	const todo = "Write it as one line: printf '%s\\n' \"$SECRET\" | wmidoctor …"
	line, err := bufio.NewReader(io.LimitReader(in, maxPassword+1)).ReadString('\n')
	switch {
	case errors.Is(err, io.EOF) && line == "":
		return probe.Secret{}, misuse(todo, "--password-stdin was given and standard input is empty")
	case err != nil && !errors.Is(err, io.EOF):
		return probe.Secret{}, misuse(todo, "the password could not be read from standard input")
	case len(line) > maxPassword:
		return probe.Secret{}, misuse(todo, "the first line of standard input is too long for a password")
	}
	return probe.NewSecret(strings.TrimRight(line, "\r\n")), nil
}

// ask reads the password from the terminal, without showing it. Standard
// input and output stay free for other things.
func (a *app) ask(ctx context.Context, prompt string) (probe.Secret, error) {
	const todo = "Use --password-stdin or the variable " + passwordVariable + "; without an account only anonymous steps are taken."
	in, out, err := openTerminal()
	if err != nil {
		return probe.Secret{}, misuse(todo, "there is no terminal to ask for the password")
	}
	defer in.Close()
	if out != in {
		defer out.Close()
	}
	state, err := term.GetState(in.Fd())
	if err != nil {
		return probe.Secret{}, misuse(todo, "the terminal cannot hide what is typed")
	}
	fmt.Fprint(out, prompt)
	type answer struct {
		text []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // a read from a terminal cannot be interrupted; it ends with the program
		text, err := term.ReadPassword(in.Fd())
		answers <- answer{text, err}
	}()
	select {
	case got := <-answers:
		fmt.Fprintln(out)
		if got.err != nil {
			return probe.Secret{}, misuse(todo, "the password could not be read from the terminal")
		}
		return probe.NewSecret(string(got.text)), nil
	case <-ctx.Done():
		_ = term.SetState(in.Fd(), state)
		fmt.Fprintln(out)
		return probe.Secret{}, ctx.Err()
	}
}
