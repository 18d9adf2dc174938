/** Starts the example on this machine; port 0 = any. */
export function startExample(port?: number): Promise<{ readonly url: string; close(): Promise<void> }>;
