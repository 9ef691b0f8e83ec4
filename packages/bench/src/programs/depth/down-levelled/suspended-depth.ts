import { below } from "#lowered/chains";
import { holdPromised } from "../promised-tasks.ts";

await holdPromised(below);
