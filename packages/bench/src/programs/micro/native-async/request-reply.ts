import { REQUESTS } from "../capacity.ts";
import { run } from "../harness.ts";
import { Channel } from "./channel.ts";

type Reply = (value: number) => void;

async function serve(requests: Channel<Reply>, operations: number): Promise<void> {
  for (let served = 0; served < operations; served++) (await requests.receive())(served);
}

await run(async (_level, operations) => {
  const requests = new Channel<Reply>(REQUESTS);
  const serving = serve(requests, operations);
  let sum = 0;
  for (let i = 0; i < operations; i++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    await requests.send(resolve);
    sum += await promise;
  }
  await serving;
  return sum;
});
