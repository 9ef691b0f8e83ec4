// Sleeping goroutines: `sleeping LEVEL OPERATIONS WARMUP`. Prints the same line of JSON as the lab's other programs.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const sleep = 300 * time.Millisecond

func usageNs() (user, system int64) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano(), usage.Stime.Nano()
}

// peakRssBytes is not Maxrss, which exec hands on from the program that started this one (proc_pid_status(5), VmHWM).
func peakRssBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "VmHWM:" {
			kibibytes, err := strconv.ParseInt(words[1], 10, 64)
			if err != nil {
				panic(err)
			}
			return kibibytes * 1024
		}
	}
	panic("the kernel does not tell of VmHWM")
}

func main() {
	tasks, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	userBefore, systemBefore := usageNs()
	began := time.Now()
	done := make(chan int, tasks)
	for i := 0; i < tasks; i++ {
		go func() {
			time.Sleep(sleep)
			done <- 1
		}()
	}
	result := 0
	for i := 0; i < tasks; i++ {
		result += <-done
	}
	elapsed := time.Since(began).Nanoseconds()
	user, system := usageNs()
	user, system = user-userBefore, system-systemBefore
	fmt.Printf(
		`{"operations":%d,"elapsedNs":%d,"cpuNs":%d,"cpuUserNs":%d,"cpuSystemNs":%d,"result":%d,"process":{"maxRssBytes":%d}}`+"\n",
		tasks, elapsed, user+system, user, system, result, peakRssBytes(),
	)
}
