// The micro-benchmarks, by what they are about.
import type { Scenario } from "../scenario.ts";
import { awaiting } from "./awaiting.ts";
import { channels } from "./channels.ts";
import { locks } from "./locks.ts";
import { tasks } from "./tasks.ts";
import { time } from "./time.ts";

export const micro: readonly Scenario[] = [...awaiting, ...tasks, ...channels, ...locks, ...time];
