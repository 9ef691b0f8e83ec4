// The most memory that this process has had resident so far.

export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
