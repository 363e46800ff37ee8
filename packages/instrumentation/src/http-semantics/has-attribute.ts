/** Whether a flat list of keys and values has this key: values, which callers choose, may look like one. */
export function hasAttribute(attributes: readonly unknown[], key: unknown): boolean {
  for (let index = 0; index < attributes.length; index += 2) if (attributes[index] === key) return true;
  return false;
}
