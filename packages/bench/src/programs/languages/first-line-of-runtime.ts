// The same from the first task of this project's runtime.
import { CurrentThread } from "@pollab/executor-single";
import { lazy, ready } from "@pollab/runtime-core/future";
import { writeSync } from "node:fs";

const runtime = new CurrentThread();
runtime.blockOn(lazy(() => ready(writeSync(1, "started\n"))));
runtime.close();
