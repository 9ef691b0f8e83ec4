// A channel from many producers to a single consumer, in order; with or without a bound.
export { channel, unboundedChannel } from "./channel.ts";
export { Permit, Permits } from "./permit.ts";
export { Receiver } from "./receiver.ts";
export { SenderHandle } from "./sender-handle.ts";
export { Sender, WeakSender } from "./sender.ts";
export { UnboundedSender, WeakUnboundedSender } from "./unbounded-sender.ts";
