// What `perf script` prints of a recording (perf-script(1)), read as samples. V8 names its functions through /tmp/perf-PID.map:
// "JS:*name file:///path.js:12:3", where the mark says which of its compilers made the code.
import type { Frame, Sample, Samples } from "./samples.ts";
import type { SourcePlaces } from "./source-places.ts";

/** The fields that have to be asked for, in this order. */
export const PERF_FIELDS = "comm,tid,period,ip,sym,dso";

/** Upper half of the address space: the kernel's own (Documentation/arch/x86/x86_64/mm.rst). */
const KERNEL_ADDRESS = /^(?:[89a-f][0-9a-f]{15})$/;
const HEADER = /^\s*(\S.*?)\s+(\d+)\s+(\d+)\s*$/;
const CALL = /^\s+([0-9a-f]+) (.*) \((.*)\)$/;
const JAVASCRIPT = /^(?:JS|LazyCompile|Function|Script|Eval):[*~^+]?'?(\S*) (\S+?):(\d+)(?::(\d+))?$/;
const UNKNOWN = "[unknown]";
/** What V8 keeps in its own heap, without the names that its builtins have in the binary. */
const BUILTIN = /^(?:Builtin|BytecodeHandler|Stub|RegExp):/;

/** Each stack counts as often as it was seen, by the clock that perf uses. */
export function readPerfScript(text: string, places: SourcePlaces): Samples {
  const threads = new Map<string, { name: string; samples: Sample[] }>();
  const known = new Map<string, Frame>();
  for (const block of text.split(/\n\s*\n/)) {
    const [header = "", ...calls] = block.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const [, command, tid] = HEADER.exec(header) ?? [];
    if (command === undefined || tid === undefined) continue;
    const thread = threads.get(tid) ?? { name: "", samples: [] };
    threads.set(tid, thread);
    // A thread is called as the program that made it until it has named itself.
    thread.name = `${command} ${tid}`;
    const stack = calls.flatMap((line) => frameIn(line, known, places)).toReversed();
    if (stack.length > 0) thread.samples.push({ stack, weight: 1 });
  }
  return { unit: "samples", threads: [...threads.values()] };
}

function frameIn(line: string, known: Map<string, Frame>, places: SourcePlaces): Frame[] {
  const [, address = "", symbol, object = ""] = CALL.exec(line) ?? [];
  if (symbol === undefined) return [];
  // Code without frame pointers lets the unwinder read anything as an address.
  if (symbol === UNKNOWN && object === UNKNOWN) return [];
  const isKernel = KERNEL_ADDRESS.test(address.padStart(16, "0"));
  const key = `${symbol}\n${object}\n${isKernel}`;
  const frame = known.get(key) ?? frameOf(symbol, object, isKernel, places);
  known.set(key, frame);
  return [frame];
}

function frameOf(symbol: string, object: string, isKernel: boolean, places: SourcePlaces): Frame {
  if (isKernel) return { name: symbol, kind: "kernel" };
  const [, name, url, line, column = "1"] = JAVASCRIPT.exec(symbol) ?? [];
  if (name !== undefined && url !== undefined) {
    return {
      name: name === "" ? "(anonymous)" : name,
      ...places.find(url, Number(line), Number(column)),
      kind: "javascript",
    };
  }
  const library = object.split("/").at(-1) ?? object;
  if (BUILTIN.test(symbol)) return { name: symbol, kind: "native" };
  return { name: symbol === UNKNOWN ? `[unknown in ${library}]` : symbol, file: library, kind: "native" };
}
