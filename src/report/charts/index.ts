export { type Agreeing, type AgreementChart, drawAgreement } from "./agreement.js";
export { type Bar, type BarChart, drawBars, drawHistogram, type Histogram } from "./bars.js";
export { type BoxChart, type BoxValue, drawBoxes } from "./boxes.js";
export { type Drawing, figure } from "./chart.js";
export { type HeatMap, heatMap } from "./heat-map.js";
export { drawIntervals, type IntervalChart } from "./intervals.js";
export { drawLines, type LineChart, type Series } from "./lines.js";
export { drawSquare, type Path, type SquareChart } from "./square.js";
export { svgFile } from "./svg-file.js";
