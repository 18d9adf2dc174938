// The application that docs/simple-mode.md leaves to its reader.
export declare function keyOfCall(id: string, listener: string): Promise<Buffer | undefined>;
export declare function listenerOf(request: import('node:http').IncomingMessage): Promise<string | undefined>;
export declare function writeRecord(event: unknown, listener: string): Promise<boolean>;
