import pLimit from 'p-limit';

/** Maps with so many at once. After the first failure nothing more is begun: the caller has given up already. */
export async function boundedMap<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const limit = pLimit(concurrency);
  let failure: { readonly error: unknown } | undefined;
  return limit.map(items, async item => {
    if (failure !== undefined) throw failure.error;
    try {
      return await work(item);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  });
}
