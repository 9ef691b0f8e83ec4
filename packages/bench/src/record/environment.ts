// The machine and the state of the code that a run was taken on.

export interface Environment {
  readonly cpu: { readonly model: string; readonly logicalCores: number; readonly governor?: string };
  readonly memoryBytes: number;
  readonly kernel: { readonly release: string; readonly ioUringDisabled?: number };
  /** Lines of /sys/devices/system/cpu/vulnerabilities: file name to its text. */
  readonly mitigations: Readonly<Record<string, string>>;
  /** "none", or the hypervisor or container that could be recognised. */
  readonly virtualisation: string;
  /** Load averages over 1, 5 and 15 minutes at the start. */
  readonly load: readonly [number, number, number];
  readonly versions: { readonly node: string; readonly v8: string; readonly libuv: string; readonly cc?: string };
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** Cores that server and load generator are pinned to, where there are two. */
  readonly pinning: { readonly server: number; readonly generator: number } | null;
  /** The file system type of the directory that holds the data file. */
  readonly dataFileSystem: string;
  /** What happened to the machine while it measured; absent in records of the first version. */
  readonly during?: Disturbance;
  /** Everything about the machine that a reader should know before trusting a number, in plain sentences. */
  readonly warnings: readonly string[];
}

/** What took processor time away from a run. What the machine does not tell is absent. */
export interface Disturbance {
  /** Processor time that the hypervisor gave to others while this machine wanted it, as a share of all time. */
  readonly stealShare?: number;
  /** Processor time that programs other than the lab's used, as a share of all time. */
  readonly foreignShare?: number;
  /** How long the quota of a container held the lab back, in ms. */
  readonly quotaThrottledMs?: number;
  /** How often a core was slowed down because it was hot. */
  readonly thermalThrottles?: number;
  /** The load average over 1 minute at the end. */
  readonly loadAfter?: number;
}
