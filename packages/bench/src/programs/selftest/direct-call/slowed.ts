// Work whose amount is known: each operation is as many steps as the level says, each depending on the one before.
import { run } from "../../micro/harness.ts";

let state = 1;

await run((steps, operations) => {
  for (let left = steps * operations; left > 0; left--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  // The state is used, so that the steps cannot be left out.
  return state === 0 ? 0 : operations;
});
