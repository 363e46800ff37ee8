/** Of the report page: no file but itself, light and dark, readable on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d9dce1, #363b44); --soft: light-dark(#f5f6f8, #1d2026);
  --held: light-dark(#1a7f4b, #4cc38a); --broken: light-dark(#c62a2f, #ff8589); --undecided: light-dark(#946000, #f1b24a);
  --none: light-dark(#6b7280, #9aa2b1); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
p.run { color: var(--none); margin: 0 0 1.5rem; }
ul.totals { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; margin: 0 0 1.5rem; padding: 0; }
ul.totals li { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; }
ul.totals b { display: block; font-size: 1.25rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .5rem .6rem; text-align: left; vertical-align: top; }
thead th { background: Canvas; color: var(--none); font-weight: 600; position: sticky; top: 0; }
tbody th { font-weight: 600; max-width: 11rem; min-width: 5rem; }
td.fault { max-width: 22rem; min-width: 13rem; } td.fault small { color: var(--none); display: block; }
div.numbers { font-size: .85rem; color: var(--none); font-variant-numeric: tabular-nums; white-space: nowrap; }
summary { cursor: pointer; }
.held { color: var(--held); } .broken, .bed-failed { color: var(--broken); font-weight: 600; }
.undecided { color: var(--undecided); } .not-run { color: var(--none); }
details ol { margin: .5rem 0; padding-left: 1.25rem; } details li { margin-bottom: .35rem; }
details li.held { color: inherit; } details li.held::marker { color: var(--held); }
details li small { color: var(--none); display: block; }
dl { columns: 2; font-size: .85rem; margin: .5rem 0; } dl div { break-inside: avoid; display: flex; gap: .5rem; justify-content: space-between; }
dd { font-variant-numeric: tabular-nums; margin: 0; }
`;
