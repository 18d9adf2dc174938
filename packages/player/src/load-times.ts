/** What hls.js measures of a load; ours are local, so only the times that it reads are set. */
export interface LoadTimes {
  aborted: boolean;
  loaded: number;
  retry: number;
  total: number;
  chunkCount: number;
  bwEstimate: number;
  loading: { start: number; first: number; end: number };
  parsing: { start: number; end: number };
  buffering: { start: number; first: number; end: number };
}

/** Fresh measurements of one load. */
export function loadTimes(): LoadTimes {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: performance.now(), first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}

/** Marks a load as done with so many bytes. */
export function loaded(times: LoadTimes, bytes: number): void {
  const now = performance.now();
  times.loaded = bytes;
  times.total = bytes;
  times.loading.first = now;
  times.loading.end = now;
}
