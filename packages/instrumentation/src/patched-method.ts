type Method = (this: never, ...args: never[]) => unknown;

/**
 * Puts another method in the place of an own one of a prototype or a class, with its name, length and property flags, so that it looks as
 * before. It stays there: whoever is switched off asks a boolean in it and goes on to the original.
 *
 * @param make given the method that was there.
 * @returns false when there is no such method, or it cannot be replaced; then nothing was changed.
 */
export function replaceMethod<Original extends Method>(
  owner: unknown,
  name: string,
  make: (original: Original) => Original,
): boolean {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null) return false;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function' || !descriptor.configurable) return false;
  const original = descriptor.value as Original;
  const replacement = make(original);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(owner, name, { ...descriptor, value: replacement });
  return true;
}
