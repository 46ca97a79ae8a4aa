/** The report's style sheet: light and dark by the reader's setting, plain on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff;
  --panel: #f6f7f9;
  --text: #1c2430;
  --soft: #5b6675;
  --rule: #dde1e7;
  --t1: #2458c5;
  --t2: #c2500c;
  --t3: #1b7f3b;
  --t4: #8031b8;
  --t5: #a8720a;
  --t6: #b01e5b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c;
    --panel: #1a2029;
    --text: #e3e8ef;
    --soft: #9aa6b6;
    --rule: #2f3844;
    --t1: #7ba6ff;
    --t2: #ffa05c;
    --t3: #6ed28d;
    --t4: #c79bff;
    --t5: #e8c15a;
    --t6: #ff8ab8;
  }
}
* {
  box-sizing: border-box;
}
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font:
    15px / 1.5 system-ui,
    sans-serif;
}
main {
  max-width: 1180px;
  margin: 0 auto;
  padding: 28px 20px 60px;
}
h1 {
  margin: 0;
  font-size: 26px;
}
h2 {
  margin: 36px 0 12px;
  font-size: 18px;
  border-bottom: 1px solid var(--rule);
  padding-bottom: 4px;
}
.note,
.sub {
  color: var(--soft);
  margin: 4px 0;
}
.tiles {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(165px, 1fr));
  gap: 12px;
  margin: 20px 0;
}
.tiles div {
  background: var(--panel);
  border: 1px solid var(--rule);
  border-radius: 8px;
  padding: 10px 14px;
}
.tiles dt {
  color: var(--soft);
  font-size: 13px;
}
.tiles dd {
  margin: 0;
  font-size: 21px;
  font-weight: 600;
}
.tiles small {
  display: block;
  font-size: 12px;
  font-weight: 400;
  color: var(--soft);
}
.figures {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr));
  gap: 16px;
}
figure {
  margin: 0;
  background: var(--panel);
  border: 1px solid var(--rule);
  border-radius: 8px;
  padding: 12px 14px;
  break-inside: avoid;
}
figcaption {
  font-weight: 600;
  margin-bottom: 6px;
}
svg {
  display: block;
  width: 100%;
  height: auto;
}
svg.heat {
  max-width: 340px;
  max-height: 340px;
  margin: 0 auto;
}
text {
  fill: var(--soft);
  font-size: 12px;
}
text.x {
  text-anchor: middle;
}
text.y {
  text-anchor: end;
}
.grid {
  stroke: var(--rule);
}
.rule {
  stroke: var(--soft);
}
.ground {
  fill: var(--ground);
}
path.dashed { stroke-dasharray: 7 5; }
path.band {
  fill-opacity: 0.16;
}
path.line {
  fill: none;
  stroke-width: 2;
  stroke-linejoin: round;
}
.t1 {
  fill: var(--t1);
}
.t2 {
  fill: var(--t2);
}
.t3 {
  fill: var(--t3);
}
.t4 {
  fill: var(--t4);
}
.t5 {
  fill: var(--t5);
}
.t6 {
  fill: var(--t6);
}
.line.t1 {
  stroke: var(--t1);
}
.line.t2 {
  stroke: var(--t2);
}
.line.t3 {
  stroke: var(--t3);
}
.line.t4 {
  stroke: var(--t4);
}
.line.t5 {
  stroke: var(--t5);
}
.line.t6 {
  stroke: var(--t6);
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 16px;
  margin: 6px 0 0;
  color: var(--soft);
  font-size: 13px;
}
.legend i {
  display: inline-block;
  width: 14px;
  height: 3px;
  margin-right: 6px;
  vertical-align: middle;
}
.legend i.dashed {
  mask: repeating-linear-gradient(90deg, #000 0 4px, transparent 4px 7px);
}
.b1 {
  background: var(--t1);
}
.b2 {
  background: var(--t2);
}
.b3 {
  background: var(--t3);
}
.b4 {
  background: var(--t4);
}
.b5 {
  background: var(--t5);
}
.b6 {
  background: var(--t6);
}
.scroll {
  overflow-x: auto;
}
table {
  border-collapse: collapse;
  width: 100%;
  font-variant-numeric: tabular-nums;
}
th,
td {
  text-align: right;
  padding: 5px 10px;
  border-bottom: 1px solid var(--rule);
  white-space: nowrap;
}
th {
  color: var(--soft);
  font-weight: 500;
}
th:first-child,
td:first-child {
  text-align: left;
}
td.text {
  text-align: left;
  white-space: normal;
  overflow-wrap: anywhere;
}
pre {
  background: var(--panel);
  border: 1px solid var(--rule);
  border-radius: 8px;
  padding: 12px 14px;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff;
    --panel: #fff;
    --text: #000;
    --soft: #444;
    --rule: #ccc;
    --t1: #2458c5;
    --t2: #c2500c;
    --t3: #1b7f3b;
    --t4: #8031b8;
    --t5: #a8720a;
    --t6: #b01e5b;
  }
  * {
    print-color-adjust: exact;
  }
  main {
    padding: 0;
    max-width: none;
  }
  .figures {
    grid-template-columns: 1fr 1fr;
  }
}
`;
