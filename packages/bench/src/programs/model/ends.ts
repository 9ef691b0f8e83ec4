// The ways in which the cancellation workload gives up on a task, as the levels of its scenario.

export const FUTURE_DROPPED = 1;
export const HANDLE_DROPPED = 2;
export const ABORTED = 3;
