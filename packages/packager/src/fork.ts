/**
 * Several readers of one stream that gives something for each of them at a time. What a slower reader has not taken yet is kept
 * for it: readers that go on in step keep little.
 * @param source - gives one item for each reader
 * @returns the readers; the source is ended when any of them is
 */
export function fork<Item>(
  source: AsyncGenerator<readonly Item[], void, undefined>,
  readers: number,
): AsyncGenerator<Item, void, undefined>[] {
  const queues = Array.from({ length: readers }, (): Item[] => []);
  let pulling: Promise<boolean> | undefined;
  const pull = async (): Promise<boolean> => {
    const { done, value } = await source.next();
    if (done) return false;
    queues.forEach((queue, reader) => queue.push(value[reader] as Item));
    return true;
  };
  const pullOnce = (): Promise<boolean> =>
    (pulling ??= pull().finally(() => {
      pulling = undefined;
    }));
  return queues.map(queue => read(source, queue, pullOnce));
}

async function* read<Item>(
  source: AsyncGenerator<readonly Item[], void, undefined>,
  queue: Item[],
  pull: () => Promise<boolean>,
): AsyncGenerator<Item, void, undefined> {
  try {
    do {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) yield item;
    } while (queue.length > 0 || (await pull()));
  } finally {
    await source.return();
  }
}
