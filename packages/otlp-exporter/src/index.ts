export type {
  AttributePairs,
  EventRecord,
  LinkRecord,
  ResourceRecord,
  ScopeRecord,
  SpanRecord,
} from './encode/span-record.ts';
