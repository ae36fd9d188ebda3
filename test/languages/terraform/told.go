// Which operations a story has called, and what the calls came to.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Told sees each request on its way; those of an operation differ in the names within their path alone.
type Told struct {
	mutex      sync.Mutex
	operations map[string]bool
}

func (told *Told) see(request *http.Request) (*http.Request, error) {
	_, path, _ := strings.Cut(request.URL.Path, "/providers/")
	types := []string{request.Method}
	for n, step := range strings.Split(path, "/") {
		if n == 0 || n%2 == 1 {
			types = append(types, step)
		}
	}
	told.mutex.Lock()
	defer told.mutex.Unlock()
	told.operations[strings.Join(types, " ")] = true
	return request, nil
}

func check(holds bool, what string) {
	if !holds {
		panic(errors.New(what))
	}
}

// must gives the answer of a call that has to succeed.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

func done(err error) {
	if err != nil {
		panic(err)
	}
}

// gone wants 404, as azurerm does before it makes something and after it deleted something.
func gone(answer *http.Response, err error) {
	check(err != nil, "404 was expected, and the call succeeded")
	check(answer != nil && answer.StatusCode == http.StatusNotFound, fmt.Sprintf("404 was expected, and this came: %v", err))
}
