using System.Globalization;
using System.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>The style of the page: light and dark, for wall displays, phones and paper.</summary>
internal static class PageStyle
{
    /// <summary>The style of every page.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --bg: #f4f5f7; --card: #fff; --ink: #1c2024; --soft: #5c6570; --line: #e1e4e8;
          --critical: #c3232d; --warning: #9a5b00; --healthy: #1f7a3a; --unknown: #69717b; --tint: #fdf0f0; --badge: #fff; }
        @media (prefers-color-scheme: dark) { :root { --bg: #121417; --card: #1b1f24; --ink: #e6e9ed; --soft: #9aa4af; --line: #2c323a;
          --critical: #ff7a7a; --warning: #f2b04a; --healthy: #62c47c; --unknown: #8d97a3; --tint: #2a1a1c; --badge: #14171a; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.4 system-ui, "Segoe UI", Roboto, sans-serif; margin: 0; padding: 1.25rem clamp(.75rem, 2vw, 2.5rem); background: var(--bg); color: var(--ink); }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem 1.25rem; margin-bottom: .9rem; }
        h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; } header p, footer { margin: 0; color: var(--soft); font-size: .88rem; } footer { margin-top: 1rem; }
        .at { position: fixed; top: 0; } a { color: inherit; }
        nav { display: grid; grid-template-columns: repeat(5, 1fr); gap: .6rem; margin-bottom: 1rem; }
        .tile { padding: .5rem .9rem; border-radius: .5rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--c, var(--soft)); text-decoration: none; color: var(--soft); white-space: nowrap; }
        .tile b { font-size: 2rem; line-height: 1.15; display: block; color: var(--c, var(--ink)); font-variant-numeric: tabular-nums; } .tile.zero b { color: var(--soft); opacity: .6; }
        .tile:hover, .tile:focus-visible { border-color: var(--c, var(--soft)); outline: none; box-shadow: 0 0 0 2px var(--c, var(--soft)); }
        .critical { --c: var(--critical); } .warning { --c: var(--warning); } .healthy { --c: var(--healthy); } .unknown { --c: var(--unknown); }
        .silent { margin: 0 0 .6rem; padding: .5rem .9rem; background: var(--tint); border-left: 4px solid var(--critical); overflow-wrap: anywhere; }
        ul { list-style: none; margin: 0; padding: 0; }
        .vm, .head { display: grid; grid-template-columns: 17rem minmax(0, 1fr) minmax(18rem, 27%); gap: 0 1.25rem; padding: .5rem .9rem; border-left: 4px solid transparent; }
        .nodes .vm, .nodes .head { grid-template-columns: 17rem 7rem minmax(0, 1fr) minmax(18rem, 27%); }
        .head { position: sticky; top: 0; z-index: 1; background: var(--bg); color: var(--soft); font-size: .8rem; padding-block: .3rem; }
        .vm { background: var(--card); border-left-color: var(--c); border-bottom: 1px solid var(--line); } .vm.critical { background: var(--tint); }
        .vm > p { margin: 0; overflow-wrap: anywhere; color: var(--soft); } .vm strong { font-weight: 600; color: var(--ink); } .critical strong { color: var(--c); }
        .warning strong { font-weight: 500; } .healthy strong, .unknown strong { font-weight: 400; }
        .who { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 .5rem; align-items: baseline; align-content: start; } .who b { font-variant-numeric: tabular-nums; }
        .name, .who small, .node { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .who small { grid-column: 2; color: var(--soft); } .node { color: var(--soft); }
        .who i { font: 600 .75rem/1.5 system-ui, sans-serif; padding: 0 .5em; border-radius: 1em; border: 1px solid var(--c); color: var(--c); } .who i::before { content: "● "; }
        .critical i, .warning i { background: var(--c); color: var(--badge); } .critical i::before { content: "▲ "; } .warning i::before { content: "■ "; } .unknown i::before { content: "○ "; }
        .entry { display: inline-block; max-width: 24ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; color: var(--ink); }
        .t { width: 100%; height: 42px; display: block; background-position-y: 0; } .axis { width: 100%; height: 16px; display: block; overflow: visible; }
        .t rect { width: 5px; height: 10px; y: 13px; rx: 1px; fill: var(--c); stroke: transparent; stroke-width: 5px; pointer-events: all; }
        .t .warning rect { y: 7px; height: 16px; } .t .critical rect { y: 0; height: 23px; } .t .unknown rect { y: 17px; height: 6px; }
        .t path { stroke: var(--c); stroke-width: 5px; vector-effect: non-scaling-stroke; }
        .t text { font-size: 11.5px; transform: translateY(37px); fill: var(--ink); visibility: hidden; } .t .d { visibility: visible; fill: var(--soft); }
        .t g { outline: none; } .t g:hover text, .t g:focus text { visibility: visible; } .t g:hover ~ .d, .t g:focus ~ .d { visibility: hidden; }
        .t g:hover rect, .t g:focus rect { stroke: var(--ink); stroke-width: 2px; } .t:hover g:focus:not(:hover) text { visibility: hidden; }
        .axis text { font-size: 11.5px; fill: var(--soft); } .axis .now { text-anchor: end; }
        summary { cursor: pointer; color: var(--soft); } .crash, .vm > .none { grid-column: 2 / -1; min-width: 0; margin-top: .3rem; } .screen small, .none small { color: var(--soft); }
        .screen { grid-column: 1; grid-row: 2 / span 2; margin-top: .3rem; } .nodes .crash, .nodes .none { grid-column: 3 / -1; }
        pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--bg); border: 1px solid var(--line); border-radius: .3rem; font: 12px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 70vh; overflow-y: auto; scroll-margin-top: 7rem; }
        .screen summary { list-style: none; } .screen summary::-webkit-details-marker { display: none; } .screen img { display: block; height: 9rem; max-width: 100%; border: 1px solid var(--line); border-radius: .3rem; }
        .screen[open] { grid-column: 1 / -1; grid-row: auto; } .screen[open] img { height: auto; }
        .legend span { white-space: nowrap; } .legend span::before { content: ""; display: inline-block; width: 5px; height: 10px; margin: 0 .3em 0 .6em; background: var(--c); } .legend .critical::before { height: 16px; } .legend .warning::before { height: 13px; } .legend .unknown::before { height: 6px; }
        .empty { display: none; } .empty p { grid-column: 1 / -1; }
        #critical:target ~ main .vm:not(.critical), #warning:target ~ main .vm:not(.warning), #unknown:target ~ main .vm:not(.unknown), #healthy:target ~ main .vm:not(.healthy) { display: none; }
        #critical:target ~ main .empty.critical, #warning:target ~ main .empty.warning, #unknown:target ~ main .empty.unknown, #healthy:target ~ main .empty.healthy { display: grid; }
        #critical:target ~ nav .critical, #warning:target ~ nav .warning, #unknown:target ~ nav .unknown, #healthy:target ~ nav .healthy { box-shadow: 0 0 0 2px var(--c); }
        @media (max-width: 62rem) { .vm, .head, .nodes .vm, .nodes .head { grid-template-columns: 15rem minmax(0, 1fr); } .vm > * { grid-column: 2; } .vm > .who { grid-column: 1; grid-row: 1; }
          .vm > .node { grid-column: 1; grid-row: 2; } .vm > .crash, .vm > .none { grid-column: 2; } .vm > .screen:not([open]) { grid-column: 1; grid-row: 2 / span 2; } .nodes .vm > .screen:not([open]) { grid-row: 3; } .head div { display: none; } .axis { grid-column: 2; } .t { margin-top: .3rem; } }
        @media (max-width: 40rem) { body { padding-block: .8rem; } nav { gap: .35rem; } .tile { padding: .3rem .4rem; font-size: .72rem; overflow: hidden; text-overflow: ellipsis; } .tile b { font-size: 1.4rem; }
          .vm, .head, .nodes .vm, .nodes .head { grid-template-columns: minmax(0, 1fr); padding-inline: .7rem; gap: .15rem; } .vm > *, .vm > .who, .vm > .node, .vm > .crash, .vm > .none, .vm > .screen:not([open]), .nodes .vm > .screen:not([open]), .axis { grid-column: 1; grid-row: auto; } }
        @media print { :root { --bg: #fff; --card: #fff; --tint: #fff; --ink: #000; --soft: #333; --line: #bbb; --critical: #a00; --warning: #850; --healthy: #060; --unknown: #555; --badge: #fff; }
          body { padding: 0; font-size: 11px; } .head { position: static; } .vm { break-inside: avoid; } .tile, .t rect, .critical i, .warning i, .vm, .legend span::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;

    /// <summary>The grid lines of the dates behind the strips.</summary>
    public static string Grid(Timeline timeline)
    {
        StringBuilder lines = new();
        foreach ((double at, _) in timeline.Dates())
        {
            lines.Append(lines.Length == 0 ? "" : ", ");
            lines.Append(
                CultureInfo.InvariantCulture,
                $"linear-gradient(var(--line) 0 0) {at:0.#}% 0/1px 24px no-repeat"
            );
        }

        lines.Append(lines.Length == 0 ? "" : ", ");
        return $".t {{ background: {lines}linear-gradient(var(--line) 0 0) 0 23px/100% 1px no-repeat; }}\n";
    }
}
