/** The style of the HTML report: light and dark by the reader's system, wide, narrow and on paper. */

/** Its hash is in the document's policy, so it is the same text always. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #ffffff; --ink: #1c1d1f; --soft: #5d6168; --line: #dcdee2; --mark: #f1f2f4;
  --link: #0b57b0; --focus: #0b57b0;
  --critical: #a10e2a; --high: #b3410b; --medium: #7a5b00; --low: #2b5f8f; --info: #5d6168; --good: #1c6b3c;
  --critical-tint: #fdecef; --high-tint: #fdf0e7; --medium-tint: #fbf4dc; --low-tint: #e9f1f9;
  --info-tint: #f1f2f4; --good-tint: #e8f5ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141517; --card: #1c1e21; --ink: #e7e8ea; --soft: #a3a8b0; --line: #34373c; --mark: #26292d;
    --link: #8ab8f5; --focus: #8ab8f5;
    --critical: #ff8095; --high: #ff9d66; --medium: #e6c25c; --low: #86b9ea; --info: #a3a8b0; --good: #7fd09b;
    --critical-tint: #3a1820; --high-tint: #38220f; --medium-tint: #322a10; --low-tint: #16283a;
    --info-tint: #26292d; --good-tint: #14301f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .25rem 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; max-height: 8rem; overflow-y: auto; }
p { margin: .4rem 0; max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible,
article:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--mark); padding: .08em .3em; border-radius: 4px; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
nav { margin: 0 0 1rem; }
nav a { margin-right: .9rem; }
.notice { border-left: 4px solid var(--high); background: var(--high-tint); padding: .6rem .9rem;
  border-radius: 4px; margin: 1rem 0; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0; margin: .75rem 0; }
.tag { display: inline-block; font-size: .8rem; font-weight: 600; padding: .05rem .5rem; border-radius: 99px;
  background: var(--info-tint); color: var(--info); overflow-wrap: anywhere; }
summary .tag, td .tag { flex: none; white-space: nowrap; }
.tag.name { font-weight: 400; color: var(--soft); }
.critical { background: var(--critical-tint); color: var(--critical); }
.high { background: var(--high-tint); color: var(--high); }
.medium { background: var(--medium-tint); color: var(--medium); }
.low { background: var(--low-tint); color: var(--low); }
.info { background: var(--info-tint); color: var(--info); }
.good { background: var(--good-tint); color: var(--good); }
.columns { display: grid; grid-template-columns: 3fr 2fr; gap: 1.25rem; align-items: start; }
.columns > * { min-width: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem;
  margin: 0 0 1rem; }
.card > h2:first-child { margin-top: 0; }
ol.first { padding-left: 1.3rem; margin: 0; }
ol.first li { margin: 0 0 .9rem; padding-left: .25rem; }
/* A name of thousands of letters must not push everything else away. */
ol.first .name { max-height: 6rem; overflow-y: auto; }
ol.first a { font-weight: 600; overflow-wrap: anywhere; }
dl.run { display: grid; grid-template-columns: max-content minmax(0, 1fr);
  gap: .2rem .9rem; margin: .75rem 0 0; font-size: .9rem; }
dl.run dt { color: var(--soft); }
dl.run dd { margin: 0; overflow-wrap: anywhere; max-height: 10rem; overflow-y: auto; }
.meter { display: block; width: 100%; height: 12px; margin: .5rem 0; }
.meter .all { fill: var(--mark); }
.meter .got { fill: var(--good); }
.tools { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line);
  padding: .6rem 0; display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: center; }
.tools[hidden] { display: none; }
.tools label { max-width: 100%; min-width: 0; }
.tools select { max-width: min(100%, 14rem); }
.tools input[type=search] { flex: 1 1 14rem; min-width: 0; }
input[type=search], select, button { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; padding: .3rem .6rem; max-width: 100%; }
button { cursor: pointer; }
button[aria-pressed=false] { opacity: .55; text-decoration: line-through; }
kbd { font: .8em ui-monospace, Menlo, Consolas, monospace; border: 1px solid var(--line); border-radius: 4px;
  padding: 0 .3em; background: var(--card); }
details.group { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  margin: 0 0 .8rem; }
details.group > summary { padding: .7rem 1rem; cursor: pointer; display: flex; gap: .6rem;
  align-items: baseline; }
details.group > summary::before { content: "+"; color: var(--soft); font-family: ui-monospace, monospace; }
details.group[open] > summary::before { content: "\\2212"; }
details.group > summary::-webkit-details-marker { display: none; }
h3.apart { margin: 1.5rem 0 .6rem; }
summary .count { margin-left: auto; color: var(--soft); white-space: nowrap; }
.about { padding: 0 1rem .6rem 2.2rem; }
.todo { border-left: 3px solid var(--good); padding-left: .7rem; }
article { border-top: 1px solid var(--line); padding: .6rem 1rem .7rem 2.2rem;
  content-visibility: auto; contain-intrinsic-size: auto 7rem; }
article .where { font-weight: 600; overflow-wrap: anywhere; font-size: .92rem; }
article.gone { opacity: .8; }
dl.proof { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .3rem 0 0; font-size: .875rem; }
dl.proof div { display: flex; gap: .35rem; min-width: 0; }
dl.proof dt { color: var(--soft); white-space: nowrap; }
dl.proof dd { margin: 0; overflow-wrap: anywhere; }
.scroll { --ground: var(--paper); overflow-x: auto; }
.card .scroll { --ground: var(--card); }
/* Shadows at the sides where there is more. */
.scroll { background:
  linear-gradient(90deg, var(--ground) 50%, transparent) 0 0 / 2rem 100% local,
  linear-gradient(270deg, var(--ground) 50%, transparent) 100% 0 / 2rem 100% local,
  linear-gradient(90deg, var(--line), transparent) 0 0 / .8rem 100% scroll,
  linear-gradient(270deg, var(--line), transparent) 100% 0 / .8rem 100% scroll;
  background-repeat: no-repeat; }
.narrow { display: none; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; min-width: 5rem; }
th { color: var(--soft); font-weight: 500; white-space: nowrap; }
.picture { display: block; min-width: 46rem; width: 100%; height: auto; }
.picture rect { fill: var(--card); stroke: var(--line); stroke-width: 1.2; }
.picture text { fill: var(--ink); font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.picture text.strong { font-weight: 700; }
.picture text.soft { fill: var(--soft); }
.picture path { fill: none; stroke: var(--soft); stroke-width: 1.2; opacity: .7; }
.picture .good rect { fill: var(--good-tint); stroke: var(--good); }
.picture .critical rect { fill: var(--critical-tint); stroke: var(--critical); }
.picture .high rect { fill: var(--high-tint); stroke: var(--high); }
.picture .medium rect { fill: var(--medium-tint); stroke: var(--medium); }
.picture .low rect { fill: var(--low-tint); stroke: var(--low); }
.picture .off { opacity: .55; }
details.more > summary { cursor: pointer; padding: .5rem 0 1rem; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem .8rem; margin: 0 0 1rem; padding: 0; list-style: none; }
footer { padding: 2rem 1.25rem 3rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 46rem) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  h1 { font-size: 1.5rem; }
  .tools { position: static; }
  .about, article { padding-left: 1rem; }
  dl.run { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.run dd { margin-bottom: .4rem; }
  .narrow { display: block; }
  .scroll table { min-width: 44rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --mark: #f2f2f2; --link: #000;
    --critical: #a10e2a; --high: #b3410b; --medium: #7a5b00; --low: #2b5f8f; --info: #444; --good: #1c6b3c;
    --critical-tint: #fdecef; --high-tint: #fdf0e7; --medium-tint: #fbf4dc; --low-tint: #e9f1f9;
    --info-tint: #f1f2f4; --good-tint: #e8f5ec;
  }
  body { font-size: 10.5pt; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .tools, .skip, .screen { display: none !important; }
  article { content-visibility: visible; break-inside: avoid; }
  .card { break-inside: avoid-page; }
  .picture { min-width: 0; }
  .narrow { display: none; }
  .scroll { background: none; }
  h3, dl.run dd, ol.first .name { max-height: none; }
  .tag { border: 1px solid currentColor; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
