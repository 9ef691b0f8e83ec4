// How long the sleeping tasks sleep, in every language: long enough that all of them do at once.
export const SLEEP_MS = 300;
