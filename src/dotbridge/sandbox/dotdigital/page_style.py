"""The style sheet of the sandbox's page, inline so that the page is one request."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2333; --soft: #5a647a; --line: #dfe3eb; --ground: #f5f6f9; --card: #fff;
  --brand: #5b2a86; --good: #146c43; --good-ground: #d9f2e4; --bad: #9b1c31; --bad-ground: #fbe0e4;
  --wait: #7a4d00; --wait-ground: #fdeecb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a4adbf; --line: #30384a; --ground: #12161f;
  --card: #1a202c; --brand: #c9a3ee; --good: #7fdca9; --good-ground: #12392a; --bad: #ff9fae; --bad-ground: #4a1722;
  --wait: #f6cf79; --wait-ground: #453208; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header { padding: 1.75rem 2rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--card); }
header p { margin: .25rem 0 0; color: var(--soft); }
h1 { margin: 0; font-size: 1.45rem; letter-spacing: -.01em; color: var(--brand); }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0; padding: .9rem 1rem .6rem; font-size: .95rem; }
main { max-width: 88rem; margin: 0 auto; padding: 0 2rem 3rem; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.figures li { min-width: 9rem; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); color: var(--soft); }
.figures b { display: block; font-size: 1.5rem; line-height: 1.2; color: var(--ink);
  font-variant-numeric: tabular-nums; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(36rem, 100%), 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); overflow: hidden; }
.wide { grid-column: 1 / -1; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .88rem; }
th, td { padding: .45rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.plain { white-space: nowrap; }
code { font: .84em/1.5 ui-monospace, "Cascadia Mono", Menlo, monospace; overflow-wrap: anywhere; }
.field { display: inline-block; margin: 0 .5rem .15rem 0; }
.field i { color: var(--soft); font-style: normal; font-size: .78rem; }
.word { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.wait { color: var(--wait); background: var(--wait-ground); }
.none { padding: 0 1rem 1rem; margin: 0; color: var(--soft); }
details { padding: 0; }
summary { cursor: pointer; color: var(--brand); }
pre { margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
