// Which public methods a story has called.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Told sees each request on its way, and knows by the SDK's own mark which method made it.
type Told struct {
	mutex  sync.Mutex
	called map[string]bool
}

func (told *Told) Do(request *policy.Request) (*http.Response, error) {
	if name, ok := request.Raw().Context().Value(runtime.CtxAPINameKey{}).(string); ok {
		told.mutex.Lock()
		told.called[name] = true
		told.mutex.Unlock()
	}
	return request.Next()
}

// Uncalled lists the methods of these clients that nobody called.
func (told *Told) Uncalled(clients ...any) []string {
	uncalled := []string{}
	for _, client := range clients {
		kind := reflect.TypeOf(client)
		for n := range kind.NumMethod() {
			name := kind.Elem().Name() + "." + kind.Method(n).Name
			if !told.called[name] {
				uncalled = append(uncalled, name)
			}
		}
	}
	sort.Strings(uncalled)
	return uncalled
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

// refused wants this HTTP status.
func refused[T any](_ T, err error, status int) {
	var refusal *azcore.ResponseError
	check(errors.As(err, &refusal), fmt.Sprintf("%d was expected, and this came: %v", status, err))
	check(refusal.StatusCode == status, fmt.Sprintf("%d instead of %d: %v", refusal.StatusCode, status, refusal))
}

// told runs a story, and says what went wrong.
func tell(story func()) (failure *string) {
	defer func() {
		if found := recover(); found != nil {
			text := strings.TrimSpace(fmt.Sprint(found))
			failure = &text
		}
	}()
	story()
	return nil
}
