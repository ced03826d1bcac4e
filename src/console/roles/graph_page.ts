import type { RoleGraph } from "../../access/roles/role_graph.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { boxHeight, boxWidth, columnGap, type GraphEdge, layoutOf, type Routed } from "./graph_layout.ts";
import { rolesTexts } from "./roles_texts.ts";

/** With more roles, tables say it alone. */
export const drawnRolesMax = 500;

/** So many characters fit into a box. */
const nameLengthMax = 14;

/** That a role inherits another one; the tone is that of an edge that a change adds or removes. */
export type RoleEdge = GraphEdge & { tone?: "good" | "bad" };

/** Roles to be drawn with what they inherit from each other. */
export interface DrawnRoles {
  names: string[];
  edges: RoleEdge[];
  graph: RoleGraph;
  /** The roles with an exclusion. */
  excluded: ReadonlySet<string>;
}

/** The roles and edges among `names`, without roles that have none. */
export function drawnAmong(graph: RoleGraph, names: Iterable<string>): { names: string[]; edges: RoleEdge[] } {
  const among = new Set(names);
  const edges = [...among].flatMap((to) =>
    graph.childrenOf(to).filter((from) => among.has(from)).map((from) => ({ from, to }))
  );
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { names: [...among].filter((name) => connected.has(name)).sort(), edges };
}

/** The section with the drawing; nothing where no role inherits another, or there are too many to be read. */
export function graphSection(
  { visit }: { visit: Visit },
  { names, edges, graph, excluded }: DrawnRoles,
  title: string,
  about: string = rolesTexts[visit.language].graphAbout,
): Markup {
  const layout = edges.length === 0 || names.length > drawnRolesMax ? undefined : layoutOf(names, edges);
  if (!layout) return nothing;
  const { width, height, nodes } = layout;
  const t = rolesTexts[visit.language];
  const boxes = nodes.map(({ name, x, y }) => {
    const size = graph.permissionsOf(name).size;
    const parents = edges.filter(({ from, tone }) => from === name && tone !== "bad").map(({ to }) => to);
    const box = attributes({
      class: excluded.has(name) && "not",
      x: String(x),
      y: String(y),
      width: String(boxWidth),
      height: String(boxHeight),
      rx: "6",
    });
    const shown = name.length > nameLengthMax ? `${name.slice(0, nameLengthMax - 1)}…` : name;
    return html`
      <a
        href="/console/roles/${encodeURIComponent(name)}"><title>${t.nodeTitle(
          name,
          size,
          parents.join(", "),
        )}</title><rect${box}/><text x="${x + 12}" y="${y + 20}">${shown} </text><text x="${x + 12}" y="${y + 37}">${t
          .permissionCount(size)}</text></a>
    `;
  });
  const drawn = html`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<g aria-hidden="true">${layout.edges.map(edgeMarkup)}</g>
${boxes}
</svg>`;
  return html`
    <section>
      <div class="bar"><h2 id="graph-h">${title}</h2> <span class="actions">
        <button type="button" data-zoom="0.8" hidden>${t.zoomOut}</button>
        <button type="button" data-zoom="1.25" hidden>${t.zoomIn}</button>
      </span></div>
      <p class="dim">${about}</p>
      <figure class="graph" role="group" tabindex="0" aria-labelledby="graph-h">${drawn}</figure>
    </section>
  `;
}

/** From the right middle of a box, across each gap by a curve, into the left side of another one. */
function edgeMarkup({ edge: { tone }, startX, startY, heights }: Routed<RoleEdge>): Markup {
  const bend = 37;
  let [x, y] = [startX, startY];
  let path = `M${x} ${y}`;
  heights.forEach((height, n) => {
    const isLast = n === heights.length - 1;
    const end = x + columnGap - (isLast ? 7 : 0);
    path += height === y ? `H${end}` : `C${x + bend} ${y} ${x + bend} ${height} ${end} ${height}`;
    [x, y] = [end, height];
    if (isLast) return;
    x += boxWidth;
    path += `H${x}`;
  });
  const arrow = `M${x + 6} ${y}l-7-3.5v7z`;
  return html`
    <path${attributes({ class: tone, d: path })} />
    <path${attributes({ class: tone ? `arrow ${tone}` : "arrow", d: arrow })} />
  `;
}
