// Ends while its thread waits for a connection in a blocking call.
import type * as onBlocking from "../../src/on-blocking.ts";

// As built, because its thread is a built program; by URL, because the type check needs no build.
const built = new URL("../../dist/on-blocking.js", import.meta.url).href;
const { serveBlocking } = (await import(built)) as typeof onBlocking;

await serveBlocking(0);
process.exit(3);
