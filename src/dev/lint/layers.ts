/** A place in the house; {@link layers} has one row for each. */
export type LayerName =
  | "test"
  | "client"
  | "composition"
  | "config"
  | "settings"
  | "dictionary"
  | "http"
  | "platform"
  | "door"
  | "route"
  | "store"
  | "noun";

/** What most layers must leave to others; each has a fence in `fences.ts` or `statements.ts`. */
export type Freedom = "class" | "clock" | "environment" | "hono" | "normalize" | "sql";

/** One row of {@link layers}. */
export type Layer = {
  /** Matches the path below `src/`; the first row that matches names the layer. */
  at: RegExp;
  called: string;
  /** What it may import from its own folder, over and above `any`. */
  own: LayerName[];
  /** What it may import from any folder. */
  any: LayerName[];
  /** What it may `import type` from any folder, over and above `any`. */
  types: LayerName[];
  may: Freedom[];
  /** What to do when importing it is refused. */
  instead: string;
};

const shipped: LayerName[] = [
  "composition",
  "config",
  "settings",
  "dictionary",
  "http",
  "platform",
  "door",
  "route",
  "store",
  "noun",
];

/** Where things may stand: every fence is derived from this table. A file that no other row names is a noun. */
export const layers: Record<LayerName, Layer> = {
  test: {
    at: /^(?:testing|dev)\/|_(?:test|bench)\.tsx?$/,
    called: "test code",
    own: [],
    any: [...shipped, "client", "test"],
    types: [],
    may: ["class", "clock", "environment", "hono", "normalize", "sql"],
    instead: "move what is shipped out of testing/, dev/ and tests",
  },
  client: {
    at: /^client\//,
    called: "the client",
    own: ["client"],
    any: [],
    types: [],
    may: ["class"],
    instead: "write it again: the client runs where the server is not",
  },
  config: {
    at: /^compose\/config\.ts$/,
    called: "the configuration",
    own: [],
    any: ["settings", "dictionary", "composition", "platform"],
    types: [],
    may: ["clock", "environment"],
    instead: "use `import type` and take the value as an argument",
  },
  settings: {
    at: /^(?:compose\/weak_settings|vocabulary\/(?:setting_schemas|postgres_url|secrets))\.ts$/,
    called: "the settings",
    own: [],
    any: ["settings", "platform"],
    types: ["dictionary"],
    may: [],
    instead: "use `import type` and take the value as an argument",
  },
  dictionary: {
    at: /^(?:vocabulary\/|\w+\/dictionary\.ts$)/,
    called: "a dictionary",
    own: [],
    any: ["dictionary", "settings", "platform"],
    types: [],
    may: [],
    instead: "take the value as an argument",
  },
  composition: {
    at: /^(?:(?:cli|compose)\/.*|[^/]+)$/,
    called: "the composition",
    own: [],
    any: shipped,
    types: [],
    may: ["clock"],
    instead: "take what is needed as an argument, so that services.ts composes it",
  },
  platform: {
    at: /^platform\//,
    called: "the platform",
    own: [],
    any: ["platform"],
    types: [],
    may: ["class", "clock", "sql"],
    instead: "take the value as an argument",
  },
  http: {
    at: /^http\//,
    called: "http/",
    own: [],
    any: ["dictionary", "http", "platform", "door", "noun"],
    types: ["config", "settings"],
    may: ["clock", "hono"],
    instead: "return a value or throw a Problem and let the route put it on the wire",
  },
  door: {
    at: /\/mod\.ts$/,
    called: "a folder's mod.ts",
    own: ["route", "store"],
    any: ["dictionary", "http", "platform", "door", "noun"],
    types: ["config", "settings"],
    may: ["hono"],
    instead: "import the noun behind it",
  },
  route: {
    at: /_route\.tsx?$/,
    called: "a route",
    own: ["route", "store"],
    any: ["dictionary", "http", "platform", "door", "route", "noun"],
    types: ["config", "settings"],
    may: ["hono"],
    instead: "import the noun behind it",
  },
  store: {
    at: /_store\.ts$/,
    called: "a store",
    own: ["store"],
    any: ["dictionary", "platform"],
    types: ["config", "settings"],
    may: ["sql"],
    instead: "ask a noun of its feature",
  },
  noun: {
    at: /^/,
    called: "a noun",
    own: ["store"],
    any: ["dictionary", "platform", "noun"],
    types: ["config", "settings"],
    may: [],
    instead: "take its result as an argument",
  },
};

/** Where a file stands. */
export type Place = { path: string; folder: string; layer: LayerName };

const house = import.meta.dirname?.replaceAll("\\", "/").replace(/src\/dev\/lint$/, "");

/** Places a file by what follows the last `/src/` of its name; undefined outside it. */
export function placeOf(filename: string): Place | undefined {
  const name = filename.replaceAll("\\", "/");
  const within = `/${house && name.startsWith(house) ? name.slice(house.length) : name}`;
  const start = within.lastIndexOf("/src/");
  return start < 0 ? undefined : placeAt(within.slice(start + "/src/".length));
}

/** Follows a relative import; undefined when it leaves `src/` or is no module, such as a page or a statement. */
export function targetOf(from: Place, specifier: string): Place | undefined {
  const path = new URL(specifier, `file:///src/${from.path}`).pathname;
  return path.startsWith("/src/") && /\.[jt]sx?$/.test(path) ? placeAt(path.slice("/src/".length)) : undefined;
}

/** Whether a file may do what its layer's row does not name; everything outside `src/` may. */
export function may(filename: string, freedom: Freedom): boolean {
  const place = placeOf(filename);
  return !place || layers[place.layer].may.includes(freedom);
}

function placeAt(path: string): Place {
  const names = Object.keys(layers) as LayerName[];
  const layer = names.find((name) => layers[name].at.test(path)) ?? "noun";
  return { path, folder: path.includes("/") ? path.slice(0, path.indexOf("/")) : "", layer };
}
