// Loads Compose projects with compose-go as `docker compose config --format json` does: one JSON request a line on
// standard input, one JSON answer a line on standard output.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/docker/cli/pkg/kvfile"
	"github.com/sirupsen/logrus"
)

// Request is one project: its files by path, and how docker compose would be called in their directory. YAML asks for
// text, Variables for the document with its variables as they are written.
type Request struct {
	Files       map[string]string `json:"files"`
	Compose     []string          `json:"compose"`
	EnvFiles    []string          `json:"env_files"`
	Profiles    []string          `json:"profiles"`
	Env         []string          `json:"env"`
	Name        string            `json:"name"`
	Directory   string            `json:"directory"`
	KeepEnvFile bool              `json:"keep_env_file"`
	KeepUnused  bool              `json:"keep_unused"`
	YAML        bool              `json:"yaml"`
	Variables   bool              `json:"variables"`
}

// Answer has the model, as JSON or as the YAML text that was asked for, or why there is none.
type Answer struct {
	Model json.RawMessage `json:"model,omitempty"`
	Error string          `json:"error,omitempty"`
	Panic bool            `json:"panic,omitempty"`
}

func main() {
	logrus.SetOutput(io.Discard)
	dotenv.RegisterFormat("raw", raw)
	requests := bufio.NewScanner(os.Stdin)
	requests.Buffer(nil, 64<<20)
	answers := json.NewEncoder(os.Stdout)
	for requests.Scan() {
		var request Request
		if err := json.Unmarshal(requests.Bytes(), &request); err != nil {
			fail(err)
		}
		if err := answers.Encode(answer(request)); err != nil {
			fail(err)
		}
	}
	if err := requests.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func answer(request Request) (result Answer) {
	defer func() {
		if reason := recover(); reason != nil {
			result = Answer{Error: fmt.Sprint(reason), Panic: true}
		}
	}()
	parent, err := os.MkdirTemp("", "compose-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(parent)
	if err := write(filepath.Join(parent, "project"), request.Files); err != nil {
		fail(err)
	}
	model, err := load(request)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	return Answer{Model: model}
}

// write makes the project directory, and the working directory of this process.
func write(directory string, files map[string]string) error {
	for path, text := range files {
		place := filepath.Join(directory, path)
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(place, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.Chdir(directory)
}

// raw reads environment files as docker run does; docker compose adds this format to those of compose-go.
func raw(file io.Reader, _ string, variables map[string]string, lookup func(string) (string, bool)) error {
	lines, err := kvfile.ParseFromReader(file, lookup)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		variables[name] = value
	}
	return err
}

// load applies the options in the order in which docker compose does: it decides which variables win.
func load(request Request) (json.RawMessage, error) {
	steps := []cli.ProjectOptionsFn{
		cli.WithResolvedPaths(false),
		cli.WithWorkingDirectory(request.Directory),
		cli.WithEnv(request.Env),
		cli.WithEnvFiles(request.EnvFiles...),
		cli.WithDotEnv,
		cli.WithConfigFileEnv,
		cli.WithDefaultConfigPath,
		cli.WithEnvFiles(request.EnvFiles...),
		cli.WithDotEnv,
		cli.WithDefaultProfiles(request.Profiles...),
		cli.WithName(request.Name),
	}
	if request.KeepEnvFile {
		steps = append(steps, cli.WithoutEnvironmentResolution)
	} else {
		steps = append(steps, cli.WithDiscardEnvFile)
	}
	if !request.KeepUnused {
		steps = append(steps, cli.WithoutUnnecessaryResources)
	}
	options, err := cli.NewProjectOptions(request.Compose, steps...)
	if err != nil {
		return nil, err
	}
	if request.Variables {
		cli.WithInterpolation(false)(options)
		model, err := options.LoadModel(context.Background())
		if err != nil {
			return nil, err
		}
		return json.Marshal(model)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	if request.YAML {
		text, err := project.MarshalYAML()
		if err != nil {
			return nil, err
		}
		return json.Marshal(string(text))
	}
	return project.MarshalJSON()
}
