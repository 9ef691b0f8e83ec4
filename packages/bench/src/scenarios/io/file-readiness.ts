// Whether epoll tells when a regular file is ready.
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const fileReadiness: Scenario = microScenario({
  name: "file-readiness",
  folder: "io",
  isolates: "Asking epoll to say when a regular file is ready.",
  factor: "files",
  levels: [1],
  operation: "registration",
  metrics: [{ id: "refused", label: "regular files that it refused", unit: "count", better: "lower" }, STANDARD.time],
  operations: () => 1,
  result: (_level, operations) => operations,
  contenders: ["single+epoll"],
});
