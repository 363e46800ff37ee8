const LONGEST = 256;

/** Controls (C0, DEL, C1), line and paragraph separators, zero-width and bidirectional marks, byte order mark, lone surrogates. */
const UNSAFE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A foreign message as it may stand in a log line: at most 256 characters on one line, nothing that moves the terminal's cursor. */
export function escapeMessage(message: string): string {
  let escaped = '';
  // No more than this can end up in the result, however long the message is.
  for (const character of message.slice(0, LONGEST + 1)) {
    const next = UNSAFE.test(character) ? escapeCharacter(character) : character;
    if (escaped.length + next.length > LONGEST) break;
    escaped += next;
  }
  return escaped;
}

function escapeCharacter(character: string): string {
  return NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
