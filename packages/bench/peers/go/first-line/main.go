// Says that the process has started.
package main

import "fmt"

func main() {
	fmt.Println("started")
}
