import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Sleeping tasks of CompletableFuture: {@code Sleeping LEVEL OPERATIONS WARMUP}. Prints the same line of JSON as the lab's other programs.
 */
final class Sleeping {
    private static final long SLEEP_MS = 300;

    public static void main(String[] arguments) throws Exception {
        int tasks = Integer.parseInt(arguments[1]);
        long cpuBefore = cpuNs();
        long began = System.nanoTime();
        // On the thread that keeps the times: by default, where there are few processors, each would be handed to a thread of its own.
        Executor later = CompletableFuture.delayedExecutor(SLEEP_MS, TimeUnit.MILLISECONDS, Runnable::run);
        List<CompletableFuture<Integer>> all = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) all.add(CompletableFuture.supplyAsync(() -> 1, later));
        long result = 0;
        for (CompletableFuture<Integer> each : all) result += each.join();
        long elapsed = System.nanoTime() - began;
        long cpu = cpuNs() - cpuBefore;
        System.out.printf(
            "{\"operations\":%d,\"elapsedNs\":%d,\"cpuNs\":%d,\"cpuUserNs\":%d,\"cpuSystemNs\":0,\"result\":%d,\"process\":{\"maxRssBytes\":%d}}%n",
            tasks, elapsed, cpu, cpu, result, peakRssBytes());
    }

    /** Of all threads; the virtual machine does not tell user and system time apart. */
    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Not getrusage's, which exec hands on from the program that started this one (proc_pid_status(5), VmHWM). */
    private static long peakRssBytes() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) return Long.parseLong(line.split("\\s+")[1]) * 1024;
        }
        throw new IllegalStateException("the kernel does not tell of VmHWM");
    }
}
