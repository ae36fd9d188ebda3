// Plays the story, and prints one line of JSON: how it went.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type played struct {
	Capability string  `json:"capability"`
	Way        string  `json:"way"`
	Methods    int     `json:"methods"`
	Failure    *string `json:"failure"`
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	told := &Told{operations: map[string]bool{}}
	failure := tell(func() { tellAzurerm(ctx, told) })
	line := played{"management", "as azurerm asks", len(told.operations), failure}
	fmt.Println(string(must(json.Marshal(line))))
	if failure != nil {
		os.Exit(1)
	}
}

// tell runs a story, and says what went wrong.
func tell(story func()) (failure *string) {
	defer func() {
		if found := recover(); found != nil {
			text := fmt.Sprint(found)
			failure = &text
		}
	}()
	story()
	return nil
}
