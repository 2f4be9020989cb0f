--- What the picture of a graph looks like, light and dark.

return [[
.jobgate { font-family: system-ui, "DejaVu Sans", sans-serif; font-size: 12px }
.jobgate .paper { fill: #ffffff }
.jobgate text { fill: #1f2328; text-anchor: middle }
.jobgate .head { font-size: 15px; font-weight: 600; text-anchor: start }
.jobgate .key { text-anchor: start }
.jobgate .box { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.2 }
.jobgate .inner { fill: none; stroke: #57606a; stroke-width: 1.2 }
.jobgate .name { font-size: 13px; font-weight: 600 }
.jobgate .unreachable .box, .jobgate .unreachable .inner { stroke-dasharray: 2 3 }
.jobgate .unreachable text { fill: #57606a }
.jobgate .dead .box { stroke: #bc4c00; stroke-width: 3 }
.jobgate .dead .note { fill: #bc4c00; font-weight: 600 }
.jobgate .begin { fill: #1f2328 }
.jobgate path { fill: none; stroke-width: 1.6 }
.jobgate .open path { stroke-dasharray: 6 4 }
.jobgate .by-create path { stroke: #1f2328 } .jobgate .head-create { fill: #1f2328 }
.jobgate .by-ready path { stroke: #0969da } .jobgate .head-ready { fill: #0969da }
.jobgate .by-ready text { fill: #0969da }
.jobgate .by-cancelled path { stroke: #cf222e } .jobgate .head-cancelled { fill: #cf222e }
.jobgate .by-cancelled text { fill: #cf222e }
.jobgate .by-tick path { stroke: #57606a } .jobgate .head-tick { fill: #57606a }
.jobgate .by-tick text { fill: #57606a }
.jobgate .by-priority path { stroke: #8250df } .jobgate .head-priority { fill: #8250df }
.jobgate .by-priority text { fill: #8250df }
@media (prefers-color-scheme: dark) {
.jobgate .paper { fill: #0d1117 }
.jobgate text { fill: #e6edf3 }
.jobgate .box { fill: #21262d; stroke: #9198a1 }
.jobgate .inner { stroke: #9198a1 }
.jobgate .unreachable text { fill: #9198a1 }
.jobgate .dead .box { stroke: #f0883e }
.jobgate .dead .note { fill: #f0883e }
.jobgate .begin { fill: #e6edf3 }
.jobgate .by-create path { stroke: #e6edf3 } .jobgate .head-create { fill: #e6edf3 }
.jobgate .by-ready path { stroke: #58a6ff } .jobgate .head-ready { fill: #58a6ff }
.jobgate .by-ready text { fill: #58a6ff }
.jobgate .by-cancelled path { stroke: #ff7b72 } .jobgate .head-cancelled { fill: #ff7b72 }
.jobgate .by-cancelled text { fill: #ff7b72 }
.jobgate .by-tick path { stroke: #9198a1 } .jobgate .head-tick { fill: #9198a1 }
.jobgate .by-tick text { fill: #9198a1 }
.jobgate .by-priority path { stroke: #bc8cff } .jobgate .head-priority { fill: #bc8cff }
.jobgate .by-priority text { fill: #bc8cff }
}]]
