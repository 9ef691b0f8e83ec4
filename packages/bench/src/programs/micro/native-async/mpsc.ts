import { CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";
import { Channel } from "./channel.ts";

async function produce(channel: Channel<number>, messages: number): Promise<void> {
  for (let i = 0; i < messages; i++) await channel.send(i);
}

await run(async (producers, operations) => {
  const channel = new Channel<number>(CAPACITY);
  for (let i = 0; i < producers; i++) void produce(channel, operations / producers);
  let sum = 0;
  for (let received = 0; received < operations; received++) sum += await channel.receive();
  return sum;
});
