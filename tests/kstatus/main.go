// Reads a JSON list of objects on standard input and prints what kstatus makes of each, as a JSON list.
package main

import (
	"encoding/json"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// Answer is a status such as Current or InProgress, and why.
type Answer struct {
	Status  status.Status `json:"status"`
	Message string        `json:"message"`
}

func main() {
	var objects []unstructured.Unstructured
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		log.Fatal(err)
	}
	answers := make([]Answer, 0, len(objects))
	for _, object := range objects {
		result, err := status.Compute(&object)
		if err != nil {
			log.Fatal(err)
		}
		answers = append(answers, Answer{result.Status, result.Message})
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
