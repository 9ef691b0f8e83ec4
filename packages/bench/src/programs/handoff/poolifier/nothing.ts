import { ThreadWorker } from "poolifier";

const worker: ThreadWorker<number, number> = new ThreadWorker<number, number>((value) => value ?? 0);

export default worker;
