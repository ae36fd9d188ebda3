// Plays every story, and prints one line of JSON for each: what was played, how many methods it called, what went wrong.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type played struct {
	Capability string  `json:"capability"`
	Way        string  `json:"way"`
	Methods    int     `json:"methods"`
	Failure    *string `json:"failure"`
}

func main() {
	told := &Told{called: map[string]bool{}}
	failure := tell(func() { tellManagement(told) })
	line := must(json.Marshal(played{"management", "synchronous", len(told.called), failure}))
	fmt.Println(string(line))
	if failure != nil {
		os.Exit(1)
	}
}
