/** Frames that are compared: a call of ours on the stack takes the place of one at its end, where `Error.stackTraceLimit` cuts. */
const FRAMES_COMPARED = 6;

/** Everything that an application can see of an error; of its stack the first frames that are not Vigil's. */
export function described(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const own = Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'cause' && key !== 'stack'));
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at ') && !/instrumentation\/src\/(?:drizzle|pg)\//.test(line));
  const cause = error.cause === undefined ? undefined : described(error.cause);
  return { kind: error.constructor.name, message: error.message, own, cause, frames: frames.slice(0, FRAMES_COMPARED) };
}
