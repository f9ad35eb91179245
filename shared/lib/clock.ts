/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

/** Resolves after so many milliseconds, or rejects as soon as the signal aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;
