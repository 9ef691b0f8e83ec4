// Every IORING_OP_*, by number.
import { BASIC_OPERATIONS } from "./basic.ts";
import { FILE_OPERATIONS } from "./files.ts";
import type { Operation } from "./operation.ts";
import { PATH_OPERATIONS } from "./paths.ts";
import { REST_OF_OPERATIONS } from "./rest.ts";
import { SOCKET_OPERATIONS } from "./sockets.ts";

export const OPERATIONS: readonly Operation[] = [
  ...BASIC_OPERATIONS,
  ...FILE_OPERATIONS,
  ...PATH_OPERATIONS,
  ...SOCKET_OPERATIONS,
  ...REST_OF_OPERATIONS,
].toSorted((a, b) => a.opcode - b.opcode);
