// The calls behind the options of a socket: see option-properties.ts of io-sys.
import { changeGroup, getLinger, getSocketOption, type OptionCalls, setLinger, setSocketOption } from "@pollab/io-sys";
import type { Descriptor } from "../descriptor.ts";
import type { NetSite } from "./site.ts";
import { callOn } from "./socket-calls.ts";

export function optionCalls(site: NetSite, descriptor: Descriptor): OptionCalls {
  const read = (call: (fd: number) => number): number => callOn(site, descriptor, "getsockopt", call);
  const write = (call: (fd: number) => number): number => callOn(site, descriptor, "setsockopt", call);
  return {
    get: (option) => read((fd) => getSocketOption(fd, option)),
    set: (option, value) => write((fd) => setSocketOption(fd, option, value)),
    getLinger: () => read(getLinger),
    setLinger: (seconds) => write((fd) => setLinger(fd, seconds)),
    changeGroup: (encoded, interfaceIndex, join) => write((fd) => changeGroup(fd, encoded, interfaceIndex, join)),
  };
}
