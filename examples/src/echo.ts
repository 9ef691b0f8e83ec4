// An echo server over TCP and two clients of it, in one process and on one thread. The driver watches the sockets with epoll;
// `UringDriver` of @pollab/io-uring-native takes its place without another change.
//
// Prints:
//
//     ann hears hello
//     bob hears good morning
import { CurrentThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { join, select } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { copy, encodeUtf8, readToString, shutdown, tcpIo, writeAll } from "@pollab/runtime-core/io";
import { spawn } from "@pollab/runtime-core/task";

const MAX_REPLY_BYTES = 1000;

const driver = EpollDriver.create();
using runtime = new CurrentThread({ driver });
const { net } = driver;
const listener = net.listen({ host: "127.0.0.1", port: 0 });

const serve = asyncFn(function* () {
  for (;;) {
    const stream = yield* listener.accept();
    const echo = asyncFn(function* () {
      using connection = tcpIo(stream, net.buffers);
      yield* copy(connection, connection);
    });
    spawn(echo()).drop(); // Detached: it goes on without anyone to report to.
  }
});

const ask = asyncFn(function* (words: string) {
  using connection = tcpIo(yield* net.connect(listener.address), net.buffers);
  yield* writeAll(connection, encodeUtf8(words));
  yield* shutdown(connection); // Nothing more will come, so the server ends its copy, too.
  return yield* readToString(connection, MAX_REPLY_BYTES);
});

// The server would go on for ever; it is dropped when the clients have their replies.
const won = runtime.blockOn(select({ server: serve(), clients: join(ask("hello"), ask("good morning")) }));
if (won.branch === "clients") {
  const [ann, bob] = won.value;
  console.log(`ann hears ${ann}`);
  console.log(`bob hears ${bob}`);
}
listener.close();
