// The calls behind the options of a socket: see option-properties.ts of io-sys.
import type { OptionCalls } from "@pollab/io-sys";
import type { Registration } from "../reactor/registration.ts";
import type { System } from "../system/system.ts";

export function optionCalls(system: System, registration: Registration): OptionCalls {
  const fd = (): number => registration.openFd("setsockopt");
  return {
    get: (option) => system.getOption(fd(), option),
    set: (option, value) => system.setOption(fd(), option, value),
    getLinger: () => system.getLinger(fd()),
    setLinger: (seconds) => system.setLinger(fd(), seconds),
    changeGroup: (encoded, interfaceIndex, join) => system.changeGroup(fd(), encoded, interfaceIndex, join),
  };
}
