import { z } from 'zod';
import { problem, type Reply } from './reply.ts';

/** Ids are positive 32-bit integers in the database; anything else could only be answered with "not found". */
export const id = z.coerce.number({ error: 'expected a whole number from 1' }).int().min(1).max(2_147_483_647);
export const bodyId = z.number().int().min(1).max(2_147_483_647);

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reply: Reply };

/** Checks input and names every problem with its place, expected and actual. Never throws. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  place: string,
  input: unknown,
): Checked<z.output<Schema>> {
  const result = schema.safeParse(input ?? {});
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.map((issue) => ({
    at: [place, ...issue.path.map(String)].join('.'),
    problem: issue.message,
  }));
  return { ok: false, reply: problem(400, 'The request is not valid', { errors }) };
}
