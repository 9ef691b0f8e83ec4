import { holdPromised } from "../promised-tasks.ts";

async function below(depth: number, event: () => Promise<void>): Promise<void> {
  if (depth > 1) await below(depth - 1, event);
  else await event();
}

await holdPromised(below);
