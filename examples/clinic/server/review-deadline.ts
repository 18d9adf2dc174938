/** The region's own rule for emergencies. */
const REVIEW_HOURS = 72;

/** Until when an emergency is to be reviewed, ISO 8601. @param startedAt - ISO 8601 */
export const reviewBy = (startedAt: string): string =>
  new Date(Date.parse(startedAt) + REVIEW_HOURS * 60 * 60 * 1000).toISOString();
