import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#f4f5f7, #14161a); --paper: light-dark(#fff, #1d2026); --ink: light-dark(#1b1e24, #e8eaee);
  --soft: light-dark(#5d6470, #9aa1ad); --line: light-dark(#dfe2e7, #31353d); --critical: light-dark(#c81e2b, #ff6b70); --warning: light-dark(#a35a00, #f5b041);
  --info: light-dark(#0b63b8, #64b5f6); --unknown: light-dark(#6b4fb3, #b39ddb); --ok: light-dark(#1a7f3c, #5fd38a); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.critical { --tone: var(--critical); } .warning { --tone: var(--warning); } .info { --tone: var(--info); } .unknown { --tone: var(--unknown); } .ok { --tone: var(--ok); }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: 1.25rem; }
h1 { font-size: 1.35rem; margin: 0; letter-spacing: -.01em; }
.state { color: var(--tone); border: 1.5px solid var(--tone); border-radius: 99px; padding: .15rem .9rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.quiet { border: 1px dashed var(--line); border-radius: 10px; color: var(--soft); text-align: center; padding: 2rem 1rem; }
.quiet p { margin: 0; }
.card { background: var(--paper); border: 1px solid var(--line); border-left: 5px solid var(--tone); border-radius: 10px; padding: 1rem 1.25rem; margin-bottom: .9rem; overflow-wrap: anywhere; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .7rem; }
h2 { font-size: 1.1rem; margin: 0; flex: 1 1 auto; min-width: 0; }
.badge { background: var(--tone); color: var(--paper); border-radius: 5px; padding: .05rem .5rem; font-size: .75rem; font-weight: 700; text-transform: uppercase; letter-spacing: .05em; max-width: 100%; }
.since, small, footer { color: var(--soft); font-size: .85rem; }
.since { font-variant-numeric: tabular-nums; }
.card p { margin: .5rem 0 0; } .summary { font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .8rem; }
nav a { color: var(--ink); text-decoration: none; border: 1px solid var(--line); border-radius: 7px; padding: .25rem .8rem; font-size: .9rem; font-weight: 500; }
nav a:hover, nav a:focus-visible { border-color: var(--tone); color: var(--tone); outline: none; }
.labels { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; margin: .8rem 0 0; padding: 0; font-size: .8rem; }
.labels li { background: var(--ground); border-radius: 5px; padding: .05rem .5rem; } .labels span { color: var(--soft); } .labels span::after { content: " "; }
.history { margin-top: 2rem; } h3 { font-size: .8rem; text-transform: uppercase; letter-spacing: .08em; color: var(--soft); margin: 0 0 .5rem; }
ol { list-style: none; margin: 0; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
ol > li { display: flex; gap: 1rem; padding: .6rem 1.25rem; } ol > li + li { border-top: 1px solid var(--line); }
.at { flex: 0 0 7rem; font-variant-numeric: tabular-nums; } .at small, ol ul small { display: block; }
ol ul { list-style: none; margin: 0; padding: 0; min-width: 0; overflow-wrap: anywhere; flex: 1; } ol ul li { padding-left: 1.1rem; position: relative; } ol ul li + li { margin-top: .4rem; }
ol ul li::before { content: ""; position: absolute; left: 0; top: .5rem; width: .55rem; height: .55rem; border-radius: 50%; background: var(--tone, var(--soft)); }
footer { margin-top: 1.25rem; } .lost { position: fixed; inset: auto 0 0; background: var(--critical); color: var(--paper); text-align: center; padding: .4rem; font-weight: 600; }
@media (max-width: 34rem) { ol > li { flex-direction: column; gap: .2rem; } .at { flex-basis: auto; } .at small { display: inline; margin-left: .5rem; } }
`;

// Counts the durations on, and fetches the board anew when a page arrives. It inserts only HTML the server has escaped.
const SCRIPT = `
const board = document.querySelector('main');
const lost = document.querySelector('.lost');
const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
function spoken(millis) {
  let rest = Math.max(0, Math.round(millis / 1000));
  const parts = [];
  for (const [unit, seconds] of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(count + ' ' + unit);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
function tick() {
  for (const time of document.querySelectorAll('time[data-ago]')) time.textContent = spoken(Date.now() - Date.parse(time.dateTime));
  for (const time of document.querySelectorAll('time[data-clock]')) time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hourCycle: 'h23' });
  const state = document.querySelector('.state');
  document.title = (state && state.textContent.includes('firing') ? '(' + parseInt(state.textContent, 10) + ') ' : '') + 'Pager';
}
async function refresh() {
  const answer = await fetch('/board');
  if (answer.ok) { board.innerHTML = await answer.text(); tick(); }
}
const events = new EventSource('/events');
events.addEventListener('open', () => { lost.hidden = true; refresh().catch(() => {}); });
events.addEventListener('page', () => refresh().catch(() => {}));
events.addEventListener('error', () => { lost.hidden = false; });
setInterval(tick, 1000);
tick();
`;

/** Allows this style, this script and requests to the pager itself; an injected tag would do nothing. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${hashSource(STYLE)}`,
  `script-src ${hashSource(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The whole page around a board that is already HTML. Without scripts it reloads itself every ten seconds. */
export function documentHtml(board: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Pager</title>
<link rel="icon" href="data:,"><noscript><meta http-equiv="refresh" content="10"></noscript><style>${STYLE}</style></head>
<body><main>${board}</main><div class="lost" hidden>The pager does not answer; trying again…</div><script>${SCRIPT}</script></body></html>`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
