// Runs over time: where they are kept, how their figures moved, and since when.
export { HistoryError, openHistory, readHistory } from "./database.ts";
export { formatHistoryPage } from "./page.ts";
export { type Filter, Store } from "./store.ts";
export { formatHistory } from "./terminal.ts";
export { trendOf } from "./trends.ts";
