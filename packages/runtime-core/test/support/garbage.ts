// Whether an object can be collected, which is how a test sees that nobody holds it any more.
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
// With the flag set, a new context has the function.
const collectGarbage = runInNewContext("gc") as () => void;

/** Which of the objects that `make` returns are still held once it has returned. */
export async function whatIsHeld(make: () => readonly object[]): Promise<boolean[]> {
  const references = make().map((object) => new WeakRef(object));
  // A reference keeps its object until the job in which it was made has ended.
  await setImmediate();
  collectGarbage();
  return references.map((reference) => reference.deref() !== undefined);
}
