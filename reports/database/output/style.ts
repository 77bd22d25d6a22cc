/** The page's style: light and dark by the reader's own setting, readable in print. */
export default `
:root { --page: #ffffff; --ink: #0f172a; --soft: #475569; --line: #cbd5e1; --panel: #f1f5f9;
  --high: #be123c; --medium: #b45309; --low: #475569; --part-1: #2563eb; --part-2: #d97706; --part-3: #64748b; --mark: #be123c; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f172a; --ink: #e2e8f0; --soft: #94a3b8; --line: #334155; --panel: #1e293b;
    --high: #fb7185; --medium: #fbbf24; --low: #94a3b8; --part-1: #60a5fa; --part-2: #fbbf24; --part-3: #94a3b8; --mark: #fb7185; }
}
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; overflow-wrap: anywhere; }
header p { color: var(--soft); }
nav a { color: var(--soft); margin-right: .8rem; white-space: nowrap; }
.count { border: 1px solid var(--line); border-radius: 6px; padding: .2rem .7rem; margin-right: .4rem; }
.high b, .high .severity { color: var(--high); } .medium b, .medium .severity { color: var(--medium); } .low b, .low .severity { color: var(--low); }
.severity { font-weight: 600; text-transform: uppercase; font-size: .8rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.finding { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; padding: .5rem .8rem; }
.finding.high { border-left-color: var(--high); } .finding.medium { border-left-color: var(--medium); }
.finding summary { font-weight: 600; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
code { color: var(--soft); }
pre { background: var(--panel); border-radius: 6px; padding: .6rem .8rem; margin: .5rem 0 0; overflow-x: auto; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { font-weight: 600; margin-bottom: .3rem; }
svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; margin-top: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { details { break-inside: avoid; } nav { display: none; } }
`;
