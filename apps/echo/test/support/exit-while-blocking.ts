// Ends while its thread waits for a connection in a blocking call.
import { serveBlocking } from "../../dist/on-blocking.js";

await serveBlocking(0);
process.exit(3);
