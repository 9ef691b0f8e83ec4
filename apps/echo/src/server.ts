// What every kind of echo server offers to the program around it.

export interface Server {
  readonly port: number;
  /** Settled when serving is over: after `stop`, or rejected with what made it impossible. */
  readonly ended: Promise<void>;
  /**
   * Stops accepting, answers what has been received, and closes every connection once its peer has finished too: within about
   * {@link GRACE_MS}.
   */
  stop(): void;
}

/** How long connections may take to finish after the server was asked to stop. */
export const GRACE_MS = 1000;

/** How long a server that was asked to stop goes on answering. */
export const LAST_ANSWERS_MS = 50;

/** How long to let connections end when there are no descriptors left for new ones. */
export const NO_DESCRIPTORS_PAUSE_MS = 100;

export const HOST = "127.0.0.1";

/** Connections that the kernel queues before they are accepted. */
export const BACKLOG = 4096;
