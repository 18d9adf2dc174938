// The application that docs/simple-mode.md leaves to its reader.
import type { IncomingMessage } from 'node:http';

export declare function keyOfCall(id: string, listener: string): Promise<Buffer | undefined>;
export declare function listenerOf(request: IncomingMessage): Promise<string | undefined>;
export declare function writeRecord(event: unknown, listener: string): Promise<boolean>;
