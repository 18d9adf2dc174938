import { theme } from '../styles/theme.ts';

/** Names of the properties that the host may set. */
export const themeProperties = (): readonly string[] => theme.match(/--scp-[\w-]+/g) ?? [];
