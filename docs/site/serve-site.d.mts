import type { Server } from 'node:http';

export declare const sitePolicy: string;
/**
 * Serves the built site on this machine.
 * @param port - 0 for any that is free
 */
export declare function serveSite(port?: number): Promise<{ url: string; server: Server }>;
