/** An edge of a hierarchy: `from` inherits `to`. */
export type GraphEdge = { from: string; to: string };

/** Where a node stands: the left upper corner of its box. */
export type Placed = { name: string; x: number; y: number };

/** The way of an edge: the height at which it crosses each column after its start, the last one being its end. */
export type Routed<E extends GraphEdge> = { edge: E; startX: number; startY: number; heights: number[] };

/** A drawing of a hierarchy, from left to right. */
export type GraphLayout<E extends GraphEdge> = { width: number; height: number; nodes: Placed[]; edges: Routed<E>[] };

export const boxWidth = 136;
export const boxHeight = 48;
/** The space between two columns, and between two boxes of one. */
export const columnGap = 88;
const rowGap = 24;
const margin = 8;
/** Ends of edges at one box are so far apart, and less where there are many. */
const endGap = 9;
const sweeps = 8;

/** A node, or the place where a long edge passes a column. */
type Slot = { id: number; name: string | undefined; left: Slot[]; right: Slot[]; y: number };

/** So many places are laid out at most; long edges take one in each column that they pass. */
const slotsMax = 4_000;

/**
 * Layered drawing (Sugiyama): a node's column is its longest path from one that nobody inherits; rows are ordered by
 * the median of the neighbours, and a node is level with the middle of what it connects. No edge crosses a node.
 * Undefined for what is too large to be read.
 */
export function layoutOf<E extends GraphEdge>(
  names: readonly string[],
  edges: readonly E[],
): GraphLayout<E> | undefined {
  const columnOf = columnsOf(names, edges);
  const span = edges.reduce((sum, { from, to }) => sum + columnOf.get(to)! - columnOf.get(from)!, 0);
  if (names.length + span > slotsMax) return undefined;
  const { columns, slots, chains } = slotsOf(names, edges, columnOf);
  order(columns);
  settle(columns);
  const top = Math.min(...columns.flat().map(({ y }) => y)) - boxHeight / 2 - margin;
  const bottom = Math.max(...columns.flat().map(({ y }) => y)) + boxHeight / 2 + margin;
  const xOf = (name: string) => margin + columnOf.get(name)! * (boxWidth + columnGap);
  const yOf = ({ y }: Slot) => Math.round((y - top) * 2) / 2;
  const ends = endsOf(chains);
  return {
    width: 2 * margin + columns.length * boxWidth + (columns.length - 1) * columnGap,
    height: Math.ceil(bottom - top),
    nodes: names.map((name) => ({ name, x: xOf(name), y: yOf(slots.get(name)!) - boxHeight / 2 })),
    edges: chains.map(({ edge, places }, index) => ({
      edge,
      startX: xOf(edge.from) + boxWidth,
      startY: yOf(places[0]!),
      heights: places.slice(1).map((place, n) => yOf(place) + (n === places.length - 2 ? ends[index]! : 0)),
    })),
  };
}

/** The longest path to each node from one that nobody inherits. */
function columnsOf(names: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const parents = Map.groupBy(edges, ({ from }) => from);
  const waiting = new Map(names.map((name) => [name, 0]));
  for (const { to } of edges) waiting.set(to, waiting.get(to)! + 1);
  const columns = new Map<string, number>();
  const ready = names.filter((name) => waiting.get(name) === 0);
  for (const name of ready) { // also visits what it adds
    const column = columns.get(name) ?? 0;
    columns.set(name, column);
    for (const { to } of parents.get(name) ?? []) {
      columns.set(to, Math.max(columns.get(to) ?? 0, column + 1));
      waiting.set(to, waiting.get(to)! - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
  }
  return columns;
}

/** The places of each column, each with its neighbours, and those that each edge passes. */
function slotsOf<E extends GraphEdge>(names: readonly string[], edges: readonly E[], columnOf: Map<string, number>) {
  const columns: Slot[][] = Array.from({ length: Math.max(...columnOf.values()) + 1 }, () => []);
  let id = 0;
  const slotIn = (column: number, name?: string): Slot => {
    const slot = { id: id++, name, left: [], right: [], y: 0 };
    columns[column]!.push(slot);
    return slot;
  };
  const slots = new Map(names.map((name) => [name, slotIn(columnOf.get(name)!, name)]));
  const chains = edges.map((edge) => {
    const [from, to] = [columnOf.get(edge.from)!, columnOf.get(edge.to)!];
    const passed = Array.from({ length: to - from - 1 }, (_, n) => slotIn(from + 1 + n));
    const places = [slots.get(edge.from)!, ...passed, slots.get(edge.to)!];
    for (let n = 1; n < places.length; n++) {
      places[n - 1]!.right.push(places[n]!);
      places[n]!.left.push(places[n - 1]!);
    }
    return { edge, places };
  });
  return { columns, slots, chains };
}

/** Orders each column by the median of the neighbours, from the left and back, so that few edges cross. */
function order(columns: Slot[][]): void {
  const rank = new Map<Slot, number>();
  const rerank = (column: Slot[]) => column.forEach((slot, n) => rank.set(slot, n));
  columns.forEach(rerank);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isBack = sweep % 2 === 1;
    for (const column of isBack ? columns.toReversed() : columns) {
      const keys = new Map(column.map((slot) => {
        const neighbours = (isBack ? slot.right : slot.left).map((each) => rank.get(each)!);
        return [slot, neighbours.length > 0 ? median(neighbours) : rank.get(slot)!];
      }));
      column.sort((a, b) => keys.get(a)! - keys.get(b)! || a.id - b.id);
      rerank(column);
    }
  }
}

/** Moves every place as near to the middle of its neighbours as the others of its column let it. */
function settle(columns: Slot[][]): void {
  for (const column of columns) place(column, column.map(() => 0));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      place(
        column,
        column.map((slot) => {
          const neighbours = [...slot.left, ...slot.right].map(({ y }) => y);
          return neighbours.length > 0 ? (Math.min(...neighbours) + Math.max(...neighbours)) / 2 : slot.y;
        }),
      );
    }
  }
}

/** The heights nearest to those wanted that keep the order and the distances: pooled neighbours share their mean. */
function place(column: Slot[], wanted: number[]): void {
  const offsets = column.map(() => 0);
  for (let n = 1; n < column.length; n++) offsets[n] = offsets[n - 1]! + distance(column[n - 1]!, column[n]!);
  const pools: { sum: number; count: number }[] = [];
  wanted.forEach((y, n) => {
    let pool = { sum: y - offsets[n]!, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count > pool.sum / pool.count; last = pools.at(-1)) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  });
  let n = 0;
  for (const { sum, count } of pools) {
    for (const end = n + count; n < end; n++) column[n]!.y = sum / count + offsets[n]!;
  }
}

/** From middle to middle: an edge that passes takes no box, but keeps away from those above and below. */
function distance(above: Slot, below: Slot): number {
  const half = ({ name }: Slot) => name === undefined ? 0 : boxHeight / 2;
  const passing = [above, below].filter(({ name }) => name === undefined).length;
  return half(above) + half(below) + (passing === 2 ? endGap : rowGap);
}

/** How far from the middle of its box each edge ends, sorted by the height that it comes from. */
function endsOf(chains: { places: Slot[] }[]): number[] {
  const ends: number[] = chains.map(() => 0);
  for (const group of Map.groupBy(chains.keys(), (n) => chains[n]!.places.at(-1)!).values()) {
    const sorted = group.toSorted((a, b) => chains[a]!.places.at(-2)!.y - chains[b]!.places.at(-2)!.y);
    const gap = Math.min(endGap, (boxHeight - endGap) / Math.max(1, sorted.length - 1));
    sorted.forEach((edge, n) => ends[edge] = (n - (sorted.length - 1) / 2) * gap);
  }
  return ends.map((end) => Math.round(end * 10) / 10);
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
