// Says that the process has started.
import { writeSync } from "node:fs";

writeSync(1, "started\n");
