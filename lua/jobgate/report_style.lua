--- What the report looks like: on a wide screen, on a phone, light, dark, and printed.

local graph_style = require "jobgate.graph_style"

local LIGHT = [[
--paper: #ffffff; --ink: #1f2328; --muted: #57606a; --line: #d0d7de; --shade: #f6f8fa;
--good: #1a7f37; --bad: #bc1c27; --link: #0969da]]

local DARK = [[
--paper: #0d1117; --ink: #e6edf3; --muted: #9198a1; --line: #3d444d; --shade: #161b22;
--good: #3fb950; --bad: #ff7b72; --link: #58a6ff]]

local PAGE = [[
* { box-sizing: border-box }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100% }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; overflow-wrap: break-word;
  font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2 }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.3rem; border-bottom: 1px solid var(--line) }
p { margin: .5rem 0 }
a { color: var(--link) }
code { font: .875em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; unicode-bidi: isolate }
dd, small, .hint, .wide { overflow-wrap: anywhere }
small, .hint { color: var(--muted); font-size: .85em; font-weight: 400 }
.good { color: var(--good) } .bad { color: var(--bad) }
.verdict { font-size: 1.15rem } .verdict .good, .verdict .bad { display: block }
nav a { margin-right: 1rem }
summary { cursor: pointer; padding: .25rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0 }
dt { color: var(--muted) } dd { margin: 0 }
.warning { border-left: 4px solid var(--bad); padding-left: .75rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem;
  margin: 1rem 0; padding: 0; list-style: none }
.tiles li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.3 }
.bar { display: block; height: .5rem; margin-top: .4rem; border: 1px solid var(--muted);
  border-radius: .25rem; overflow: hidden }
.bar i { display: block; height: 100%; background: var(--good); print-color-adjust: exact }
.box { overflow-x: auto; margin: .75rem 0 1.5rem }
.graph svg { display: block; margin: 0 auto; max-width: 100%; height: auto }
table { border-collapse: collapse; min-width: 50% }
caption { text-align: left; color: var(--muted); padding-bottom: .35rem }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; unicode-bidi: isolate }
thead th { border-bottom: 2px solid var(--muted); background: var(--shade); white-space: nowrap }
tbody th { font-weight: 600 }
.number, .time { font-variant-numeric: tabular-nums; white-space: nowrap }
.number { text-align: right }
.unmet { background: var(--shade) } .unmet > * { color: var(--muted) }
tr:target { outline: 2px solid var(--link) }
.errors .wide { width: 45% } .requests .wide { width: 31% } .rule { width: 14% }
.requests { font-size: .875rem } .requests th, .requests td { padding: .3rem .5rem }
.requests td strong, .requests td code, .requests td small { display: inline-block }
]]

--- Each row a card: its cells one behind another, each with the head of its column.
local PHONE = [[
@media screen and (max-width: 52rem) {
body { padding: 1rem }
dl { grid-template-columns: 1fr } dd { margin-bottom: .35rem }
.tiles { grid-template-columns: 1fr 1fr }
table { width: 100%; font-size: .9rem } th, td { padding: .35rem .3rem }
.cards, .cards tbody, .cards caption { display: block }
.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%) }
.cards tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .5rem .75rem; margin: .5rem 0;
  border: 1px solid var(--line); border-radius: .5rem }
.cards th, .cards td { padding: 0; border: 0; text-align: left; min-width: 0;
  overflow-wrap: anywhere }
.cards td[data-head]::before { content: attr(data-head) ": "; color: var(--muted);
  font-size: .85em }
.cards .wide { flex-basis: 100% } .cards .wide, .cards .rule { width: auto }
.cards .bare[data-head]::before { content: none }
.cards td:empty { display: none }
}
]]

local PRINT = [[
@page { size: A4; margin: 14mm }
@media print {
:root { --paper: #ffffff; --ink: #000000; --muted: #333333; --line: #999999; --shade: #ffffff;
  --good: #000000; --bad: #000000; --link: #000000 }
body { padding: 0; max-width: none; font-size: 9pt } .requests { font-size: 7.5pt }
nav { display: none }
a { text-decoration: none }
h2, caption { break-after: avoid }
thead { display: table-header-group }
tr, li, .graph { break-inside: avoid }
.box { overflow: visible }
.graph svg { min-width: 0 !important; max-width: 100%; max-height: 240mm }
th, td, .requests th, .requests td { padding: .2rem .3rem }
details::details-content { content-visibility: visible; block-size: auto }
details > * { display: block } summary { display: none }
}
]]

--- Of a graph with counts, in addition to that of any graph.
local GRAPH = [[
.jobgate .met .box { stroke: var(--good); stroke-width: 2.5 }
.jobgate .met .note { fill: var(--good) }
.jobgate .unmet .box, .jobgate .unmet .inner { stroke-dasharray: 2 3 }
.jobgate .unmet text { fill: var(--muted) }
]]

return table.concat {
  ":root { ", LIGHT, " }\n",
  "@media screen and (prefers-color-scheme: dark) { :root { ", DARK, " } }\n",
  PAGE, (graph_style:gsub("@media ", "@media screen and ")), "\n", GRAPH, PHONE, PRINT,
}
