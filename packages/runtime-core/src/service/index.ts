// Services and the layers around them: what middleware is for asynchronous functions from a request to a response.
export { concurrencyLimitLayer } from "./concurrency-limit.ts";
export { loadShedLayer, OverloadedError } from "./load-shed.ts";
export { retryLayer } from "./retry.ts";
export { type Layer, service, type Service, stack } from "./service.ts";
export { timeoutLayer } from "./timeout.ts";
