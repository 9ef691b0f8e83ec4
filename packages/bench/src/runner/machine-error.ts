// What the machine refuses and the user can change: told in one line, and without a stack.
export class MachineError extends Error {
  override readonly name = "MachineError";
}
