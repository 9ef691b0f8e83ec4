// The shared words by which the two threads of the static partition talk.
export const ASKED = 0;
export const ANSWERED = 1;
export const LEVEL = 2;
export const TASKS = 3;
export const RESULT = 4;
export const WORDS = 5;
