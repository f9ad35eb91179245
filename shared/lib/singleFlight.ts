/** Lets callers that come while the work is under way share its outcome, whatever their own input. */
export function singleFlight<A extends readonly unknown[], T>(work: (...input: A) => Promise<T>) {
  let running: Promise<T> | undefined;
  return (...input: A): Promise<T> => {
    running ??= work(...input).finally(() => {
      running = undefined;
    });
    return running;
  };
}
