// The scenarios about input and output: a new one is one more line.
import type { Scenario } from "../scenario.ts";
import { callsSeen } from "./calls-seen.ts";
import { echoConnections, echoSizes } from "./echo-connections.ts";
import { fileReadiness } from "./file-readiness.ts";
import { fileSizes, filesCached, filesDirect } from "./files.ts";
import { idleConnections } from "./idle-connections.ts";
import { openLoop } from "./open-loop.ts";
import { threadPerConnection, workerPerConnection } from "./thread-per-connection.ts";
import { uringSince } from "./uring-since.ts";
import { zeroCopy } from "./zero-copy.ts";

export const ioScenarios: readonly Scenario[] = [
  echoConnections,
  echoSizes,
  threadPerConnection,
  workerPerConnection,
  callsSeen,
  idleConnections,
  openLoop,
  fileReadiness,
  filesCached,
  filesDirect,
  fileSizes,
  zeroCopy,
  uringSince,
];
