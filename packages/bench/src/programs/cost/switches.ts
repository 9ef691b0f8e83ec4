// What a scheduler is made of, and what it is compared with, as the levels of the scenario.

export const SWITCHES: readonly string[] = [
  "plain call",
  "yield to another task",
  "wake another task",
  "spawn and join a task",
  "register and deregister",
  "switch to a thread on any core",
  "switch to a thread on the same core",
];
export const PLAIN_CALL = 1;
export const YIELD = 2;
export const WAKE = 3;
export const SPAWN = 4;
export const REGISTER = 5;
/** From here on the steps are the operating system's. */
export const THREAD = 6;
export const THREAD_ON_CORE = 7;
