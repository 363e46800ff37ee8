/** V8 knows the answer of this call inside a `for … in` beforehand, if this is a constant of the same file. */
const hasOwn = Object.prototype.hasOwnProperty;

/** Appends an object's own attributes to a flat list. `undefined` values are no attributes. May throw what a getter throws. */
export function appendPairs(list: unknown[], attributes: Readonly<Record<string, unknown>>): void {
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined && hasOwn.call(attributes, key)) list.push(key, value);
  }
}

/** Sets one attribute of a flat list; a key stands once. */
export function setPair(list: unknown[], key: string, value: unknown): void {
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] !== key) continue;
    list[index + 1] = value;
    return;
  }
  list.push(key, value);
}

/** A new flat list. */
export function pairsOf(attributes: Readonly<Record<string, unknown>> | undefined): unknown[] {
  const list: unknown[] = [];
  if (attributes !== undefined) appendPairs(list, attributes);
  return list;
}
