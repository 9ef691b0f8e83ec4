import { compiling } from "../compile.ts";
import { asyncFunction, LOAD } from "../async-function.ts";

await compiling({ head: LOAD, source: asyncFunction, target: "ES2015" });
