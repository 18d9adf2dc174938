export { DetectorPool, type SearchTask } from './detector-pool.ts';
