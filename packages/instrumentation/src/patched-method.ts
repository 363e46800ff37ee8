type Method = (this: unknown, ...args: never[]) => unknown;

/**
 * Puts another method in the place of a prototype's own one, with its name, length and property flags, so that it looks as before.
 *
 * @param make given the method that was there.
 * @returns false when there is no such method, or it cannot be replaced.
 */
export function replaceMethod(prototype: unknown, name: string, make: (original: Method) => Method): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function' || !descriptor.configurable) return false;
  const original = descriptor.value as Method;
  const replacement = make(original);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(prototype, name, { ...descriptor, value: replacement });
  return true;
}
