import assert from "node:assert/strict";
import { boxHeight, boxWidth, columnGap, type GraphEdge, layoutOf } from "./graph_layout.ts";

const below = (limit: number) => Math.floor(Math.random() * limit);

/** A random hierarchy: each role inherits from later ones. */
function randomHierarchy(size: number, share: number): { names: string[]; edges: GraphEdge[] } {
  const names = Array.from({ length: size }, (_, n) => `r${n}`);
  const edges = names.flatMap((from, n) =>
    names.slice(n + 1).filter(() => Math.random() < share).map((to) => ({ from, to }))
  );
  return { names, edges };
}

Deno.test("boxes keep their distance, lie in the drawing, and edges lead to the right", () => {
  for (let round = 0; round < 60; round++) {
    const { names, edges } = randomHierarchy(1 + below(30), Math.random() / 3);
    const what = JSON.stringify(edges);
    const { width, height, nodes } = layoutOf(names, edges)!;
    const at = new Map(nodes.map((node) => [node.name, node]));
    for (const { from, to } of edges) assert.ok(at.get(from)!.x + boxWidth + columnGap <= at.get(to)!.x, what);
    for (const { x, y } of nodes) {
      assert.ok(x >= 0 && x + boxWidth <= width && y >= 0 && y + boxHeight <= height, what);
    }
    for (const a of nodes) {
      for (const b of nodes) {
        if (a !== b && a.x === b.x) assert.ok(Math.abs(a.y - b.y) >= boxHeight + 23, what);
      }
    }
  }
});

Deno.test("no edge crosses a box, and each ends at its box, apart from the others", () => {
  for (let round = 0; round < 60; round++) {
    const { names, edges } = randomHierarchy(2 + below(25), Math.random() / 3);
    const what = JSON.stringify(edges);
    const { nodes, edges: routed } = layoutOf(names, edges)!;
    const at = new Map(nodes.map((node) => [node.name, node]));
    const ends = new Set<string>();
    for (const { edge, startX, startY, heights } of routed) {
      const [from, to] = [at.get(edge.from)!, at.get(edge.to)!];
      assert.deepEqual([startX, startY], [from.x + boxWidth, from.y + boxHeight / 2], what);
      assert.equal(from.x + heights.length * (boxWidth + columnGap), to.x, what);
      const end = heights.at(-1)!;
      assert.ok(end > to.y && end < to.y + boxHeight, what);
      ends.add(`${edge.to} ${end}`);
      heights.slice(0, -1).forEach((height, n) => {
        const x = from.x + (n + 1) * (boxWidth + columnGap);
        for (const node of nodes.filter((each) => each.x === x)) {
          assert.ok(height < node.y || height > node.y + boxHeight, what);
        }
      });
    }
    assert.equal(ends.size, edges.length, what);
  }
});

Deno.test("a chain is straight, and what is too large to be read is not drawn", () => {
  const names = ["a", "b", "c"];
  const edges = [{ from: "a", to: "b" }, { from: "b", to: "c" }];
  const { nodes, width, height } = layoutOf(names, edges)!;
  assert.deepEqual(nodes, [
    { name: "a", x: 8, y: 8 },
    { name: "b", x: 232, y: 8 },
    { name: "c", x: 456, y: 8 },
  ]);
  assert.deepEqual([width, height], [600, 64]);
  const dense = randomHierarchy(100, 1);
  assert.equal(layoutOf(dense.names, dense.edges), undefined);
});
