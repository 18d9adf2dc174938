import * as v from 'valibot';

/** A record's place in the order of commits, as addresses have it. */
export const recordOrderSchema: v.GenericSchema<string, number> = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/),
  v.transform(Number),
  v.number(),
);
