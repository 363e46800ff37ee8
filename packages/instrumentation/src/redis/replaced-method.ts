type Method = (this: never, ...args: never[]) => unknown;

/**
 * Puts a function in the place of a method, with the name, the length and the flags of what it replaces. It stays there: whoever is
 * switched off asks a boolean in it and goes on to the original.
 *
 * @param around makes the function; gets the method it stands for.
 * @returns false where there is no such method, and then nothing was changed.
 */
export function replaceMethod<Original extends Method>(
  owner: object,
  name: string,
  around: (original: Original) => Original,
): boolean {
  const declared = Object.getOwnPropertyDescriptor(owner, name);
  if (typeof declared?.value !== 'function' || declared.configurable === false) return false;
  const original = declared.value as Original;
  const replacement = around(original);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(owner, name, { ...declared, value: replacement });
  return true;
}
