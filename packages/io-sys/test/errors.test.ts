import { constants } from "node:os";
import { describe, expect, test } from "vitest";
import { ERRNO, SystemError, systemError } from "../src/index.ts";

describe("a system error", () => {
  test("has the fields that Node.js gives its own, whatever the sign of the errno", () => {
    for (const errno of [104, -104]) {
      const error = systemError(errno, "read");
      expect(error).toBeInstanceOf(SystemError);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ code: "ECONNRESET", errno: -104, syscall: "read", message: "read ECONNRESET" });
      expect(Object.keys(error)).not.toContain("address");
      expect(Object.keys(error)).not.toContain("path");
    }
  });

  test("names the endpoint of a socket", () => {
    const error = systemError(ERRNO.EINVAL, "connect", { address: "127.0.0.1", port: 80 });
    expect(error).toMatchObject({ address: "127.0.0.1", port: 80, message: "connect EINVAL 127.0.0.1:80" });
  });

  test("names the path of a file, and says what the code means", () => {
    const error = systemError(-2, "open", { path: "/nowhere" });
    expect(error).toMatchObject({ code: "ENOENT", path: "/nowhere" });
    expect(error.message).toBe("ENOENT: no such file or directory, open '/nowhere'");
  });

  test("has a code also where libuv knows none", () => {
    expect(systemError(constants.errno.ETIME, "wait").code).toBe("ETIME");
    expect(systemError(9999, "wait").code).toBe("E9999");
  });
});
