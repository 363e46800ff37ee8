import type { AttributePairs, SpanRecord } from '@vigil/otlp-exporter';
import { recordableSimpleValue, recordableValue, UNRECORDABLE } from './attribute-value.ts';
import type { LightSpan } from './light-span.ts';

/** Attributes as key, value, key, value …, with the number that did not get in. */
export interface AttributeList {
  readonly attributes: unknown[];
  readonly droppedAttributesCount: number;
}

/** Beyond 32 attributes, looking at each key for every new one costs more than an index of them. */
const INDEXED_LENGTH = 64;
const indexes = new WeakMap<readonly unknown[], Map<unknown, number>>();

/** Where a key's value stands, or -1. Keys are few and mostly the same string objects, so looking at each is cheapest. */
function valueIndexOf(list: readonly unknown[], key: string): number {
  if (list.length > INDEXED_LENGTH) return indexedValueIndexOf(list, key);
  for (let index = 0; index < list.length; index += 2) if (list[index] === key) return index + 1;
  return -1;
}

function indexedValueIndexOf(list: readonly unknown[], key: string): number {
  let index = indexes.get(list);
  if (index === undefined) {
    index = new Map();
    indexes.set(list, index);
  }
  // Keys stand once and lists only grow: what is indexed is a prefix.
  for (let at = index.size * 2; at < list.length; at += 2) index.set(list[at], at + 1);
  return index.get(key) ?? -1;
}

/** Sets a recordable value: over an older one of the same key, or at the end, or counted as dropped when the span is full. */
export function putAttribute(span: LightSpan, key: string, value: unknown): void {
  if (span.constants?.has(key) === true) ownConstants(span);
  const { attributes } = span;
  const length = 1 << (key.length & 31);
  const at = (span.keyLengths & length) === 0 ? -1 : valueIndexOf(attributes, key);
  if (at >= 0) attributes[at] = value;
  else if (attributes.length < span.origin.settings.spanLimits.attributeCountLimit * 2) {
    attributes.push(key, value);
    span.keyLengths |= length;
  } else {
    span.droppedAttributesCount += 1;
    return;
  }
  if (span.view !== undefined) span.view.attributeWasSet(key, value);
}

/** All attributes of a span, those it shares with others first. */
export function allAttributes({ constants, attributes }: Pick<SpanRecord, 'constants' | 'attributes'>): AttributePairs {
  return constants === undefined ? attributes : [...constants.pairs, ...attributes];
}

/** A constant is about to be replaced on this span: from now on they are attributes like others. */
function ownConstants(span: LightSpan): void {
  const { constants, attributes } = span;
  if (constants === undefined) return;
  span.constants = undefined;
  attributes.unshift(...constants.pairs);
  indexes.delete(attributes);
  for (let index = 0; index < constants.pairs.length; index += 2) {
    span.keyLengths |= 1 << ((constants.pairs[index] as string).length & 31);
  }
}

/** Which values a place takes: spans and links take all, events take simple ones, as in the SDK. */
export type RecordableValue = typeof recordableValue | typeof recordableSimpleValue;
export const ANY_VALUE: RecordableValue = recordableValue;
export const SIMPLE_VALUE: RecordableValue = recordableSimpleValue;

/**
 * V8 knows the answer of this call inside a `for … in` beforehand, if this is a constant of the same file; an imported one, or
 * `Object.hasOwn`, it calls each time.
 */
const hasOwn = Object.prototype.hasOwnProperty;

/**
 * Appends an object's own attributes to an empty list and returns how many did not get in: over the limit, without a key,
 * or not recordable. `undefined` values are no attributes. May throw what a hostile object throws.
 */
export function appendAttributes(
  list: unknown[],
  source: object,
  countLimit: number,
  lengthLimit: number,
  recordable: RecordableValue,
): number {
  const full = countLimit * 2;
  let dropped = 0;
  for (const key in source) {
    if (!hasOwn.call(source, key)) continue;
    const value = (source as Record<string, unknown>)[key];
    if (value === undefined) continue;
    if (list.length >= full || key === '') {
      dropped += 1;
      continue;
    }
    // What most values are is decided here: a call for each costs as much as keeping it.
    if (
      typeof value === 'string' ? value.length <= lengthLimit : typeof value === 'number' || typeof value === 'boolean'
    ) {
      list.push(key, value);
      continue;
    }
    const kept = recordable(value, lengthLimit);
    if (kept === UNRECORDABLE) dropped += 1;
    else list.push(key, kept);
  }
  return dropped;
}

/** The attributes of a link or an event as a list. Never throws: a source that does is cut where it did, and counted. */
export function attributeList(
  source: unknown,
  countLimit: number,
  lengthLimit: number,
  recordable: RecordableValue,
): AttributeList {
  const attributes: unknown[] = [];
  if (typeof source !== 'object' || source === null) return { attributes, droppedAttributesCount: 0 };
  try {
    return {
      attributes,
      droppedAttributesCount: appendAttributes(attributes, source, countLimit, lengthLimit, recordable),
    };
  } catch {
    return { attributes, droppedAttributesCount: 1 };
  }
}

/** The list as an object, for interfaces that want one. */
export function attributesObject(list: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let index = 0; index < list.length; index += 2) {
    const key = list[index] as string;
    if (key === '__proto__') {
      Object.defineProperty(object, key, {
        value: list[index + 1],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else object[key] = list[index + 1];
  }
  return object;
}
