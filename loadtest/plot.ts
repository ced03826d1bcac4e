/** Draws lines over two logarithmic axes as SVG. */

/** A logarithmic axis: its label, and the values to name, from end to end. */
export type Axis = { label: string; ticks?: number[] };

/** A line with its name at its end; `dashed` sets it apart from another one of the same `colour`. */
export type Line = { name: string; points: [x: number, y: number][]; colour: number; dashed?: boolean };

const [width, height] = [760, 420];
const frame = { left: 64, right: 530, top: 44, bottom: 366 };
const labelHeight = 15;

/** Colours that colour-blind readers can distinguish on white: those of Okabe and Ito, then of Tol. */
const colours = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
  "#882255",
  "#999933",
  "#332288",
  "#44aa99",
];

/** The picture; a screen reader reads its `title`. */
export function plot({ title, x, y, lines }: { title: string; x: Axis; y: Axis; lines: Line[] }): string {
  const across = scaleOf(x, lines.flatMap(({ points }) => points.map(([at]) => at)), [frame.left, frame.right]);
  const up = scaleOf(y, lines.flatMap(({ points }) => points.map(([, at]) => at)), [frame.bottom, frame.top]);
  const labels = spread(lines.map(({ points }) => up.at(points.at(-1)![1])));
  const middle = (frame.top + frame.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${frame.left}" y="24" font-size="15" fill="#222">${title}</text>`,
    ...across.ticks.map((tick) => verticalTick(across.at(tick), tick)),
    ...up.ticks.map((tick) => horizontalTick(up.at(tick), tick)),
    text((frame.left + frame.right) / 2, height - 14, x.label, "middle"),
    `<g transform="rotate(-90 16 ${middle})">${text(16, middle, y.label, "middle")}</g>`,
    ...lines.map((line, n) => drawn(line, line.points.map(([a, b]) => [across.at(a), up.at(b)]), labels[n]!)),
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ name, colour, dashed }: Line, points: [x: number, y: number][], labelY: number): string {
  const ink = colours[colour % colours.length]!;
  const way = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const [endX, endY] = points.at(-1)!;
  const dots = points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5" fill="${ink}"/>`);
  return [
    `<polyline points="${way}" fill="none" stroke="${ink}" stroke-width="2"${
      dashed ? ' stroke-dasharray="6 4"' : ""
    }/>`,
    ...dots,
    `<path d="M${endX.toFixed(1)} ${endY.toFixed(1)}L${frame.right + 12} ${
      labelY.toFixed(1)
    }" stroke="${ink}" opacity=".4"/>`,
    `<text x="${frame.right + 16}" y="${(labelY + 4).toFixed(1)}" fill="${ink}">${name}</text>`,
  ].join("\n");
}

function verticalTick(x: number, value: number): string {
  return `<path d="M${x.toFixed(1)} ${frame.top}V${frame.bottom}" stroke="#ddd"/>\n${
    text(x, frame.bottom + 18, value.toLocaleString("en"), "middle")
  }`;
}

function horizontalTick(y: number, value: number): string {
  return `<path d="M${frame.left} ${y.toFixed(1)}H${frame.right}" stroke="#ddd"/>\n${
    text(frame.left - 8, y + 4, value.toLocaleString("en"), "end")
  }`;
}

function text(x: number, y: number, words: string, anchor: "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#555">${words}</text>`;
}

/** The positions of values between `from` and `to`, and the values to name. */
function scaleOf({ ticks: named }: Axis, values: number[], [from, to]: [number, number]) {
  const ticks = named ?? decades(Math.min(...values), Math.max(...values));
  const [least, most] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)];
  return { ticks, at: (value: number) => from + (to - from) * (Math.log(value) - least) / (most - least) };
}

/** 1, 2 and 5 times every power of ten in the range; only the powers if that is too many. */
function decades(least: number, most: number): number[] {
  const powers = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) powers.push(power);
  const all = powers.flatMap((power) => (powers.length > 4 ? [1] : [1, 2, 5]).map((n) => n * 10 ** power));
  const first = all.findLastIndex((tick) => tick <= least * 1.000_001);
  return all.slice(Math.max(0, first), all.findIndex((tick) => tick >= most * 0.999_999) + 1)
    .map((tick) => Number(tick.toPrecision(1)));
}

/** Moves labels apart that would overlap, none above the top of the frame. */
function spread(wanted: number[]): number[] {
  const order = wanted.map((_, n) => n).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let free = frame.top;
  for (const n of order) {
    placed[n] = Math.max(wanted[n]!, free);
    free = placed[n]! + labelHeight;
  }
  const over = Math.max(0, Math.max(...placed) - frame.bottom);
  let limit = Infinity;
  for (const n of order.reverse()) { // labels at the bottom move upwards
    placed[n] = over > 0 ? Math.min(placed[n]!, Math.min(limit, frame.bottom)) : placed[n]!;
    limit = placed[n]! - labelHeight;
  }
  return placed;
}
