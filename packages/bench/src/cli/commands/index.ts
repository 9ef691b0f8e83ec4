// The registry of commands: a new one is a file beside this and a line here. The first is what happens when none is named.
import type { Command } from "../command.ts";
import { claims } from "./claims.ts";
import { compare } from "./compare.ts";
import { exportRun } from "./export.ts";
import { history } from "./history.ts";
import { list } from "./list.ts";
import { local } from "./local.ts";
import { profile } from "./profile.ts";
import { merge } from "./merge.ts";
import { reference } from "./reference.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { selftest } from "./selftest.ts";

export const commands: readonly Command[] = [
  run,
  list,
  claims,
  compare,
  merge,
  history,
  exportRun,
  report,
  local,
  profile,
  reference,
  selftest,
];
