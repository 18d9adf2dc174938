import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** 1 in `npm test`, more in `npm run test:slow`. */
    countFactor: number;
  }
}

/** Whether this is `npm run test:slow`. */
export const isSlowRun = (): boolean => inject('countFactor') > 1;

/** How often a property is tried: so many times in `npm test`, more in `npm run test:slow`. */
export const runs = (usual: number): number => usual * inject('countFactor');
