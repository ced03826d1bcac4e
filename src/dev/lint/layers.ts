/** A layer of the code; {@link layers} has one row for each. */
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
  | "page"
  | "store"
  | "noun";

/** What most layers must not do. Each has a rule in `fences.ts` or `statements.ts`. */
export type Freedom = "class" | "clock" | "environment" | "hono" | "normalize" | "sql";

/** A row of {@link layers}. */
export type Layer = {
  /** Matches the path below `src/`. The first matching row determines the layer. */
  at: RegExp;
  called: string;
  /** What it may import from its own folder, in addition to `any`. */
  own: LayerName[];
  /** What it may import from any folder. */
  any: LayerName[];
  /** What it may `import type` from any folder, in addition to `any`. */
  types: LayerName[];
  may: Freedom[];
  /** The advice when an import of it is refused. */
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
  "page",
  "store",
  "noun",
];

/** The rules of each layer, from which the lint rules are derived. A file that no other row matches is a noun. */
export const layers: Record<LayerName, Layer> = {
  test: {
    at: /^(?:testing|dev)\/|_(?:test|bench)\.tsx?$/,
    called: "test code",
    own: [],
    any: [...shipped, "client", "test"],
    types: [],
    may: ["class", "clock", "environment", "hono", "normalize", "sql"],
    instead: "move shipped code out of testing/, dev/ and tests",
  },
  client: {
    at: /^client\//,
    called: "the client",
    own: ["client"],
    any: [],
    types: [],
    may: ["class", "clock"],
    instead: "write it again: the client runs without the server's code",
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
    at: /^(?:compose\/weak_settings|vocabulary\/(?:settings\/setting_schemas|settings\/postgres_url|secrets))\.ts$/,
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
    instead: "take what is needed as an argument, which services.ts then passes",
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
    own: ["route", "page", "store"],
    any: ["dictionary", "http", "platform", "door", "route", "noun"],
    types: ["config", "settings"],
    may: ["hono"],
    instead: "import the noun behind it",
  },
  page: {
    at: /_page\.ts$|^console\/frame\//,
    called: "a page",
    own: ["page", "noun"],
    any: ["dictionary", "http", "platform"],
    types: ["route", "noun"],
    may: [],
    instead: "take what is drawn as an argument",
  },
  store: {
    at: /_store\.ts$/,
    called: "a store",
    own: ["store"],
    any: ["dictionary", "platform"],
    types: ["config", "settings"],
    may: ["sql"],
    instead: "call a noun of its feature",
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

/** The place of a file. */
export type Place = { path: string; folder: string; layer: LayerName };

const house = import.meta.dirname?.replaceAll("\\", "/").replace(/src\/dev\/lint$/, "");

/** Determines the place from what follows the last `/src/` of the file's name; undefined outside of it. */
export function placeOf(filename: string): Place | undefined {
  const name = filename.replaceAll("\\", "/");
  const within = `/${house && name.startsWith(house) ? name.slice(house.length) : name}`;
  const start = within.lastIndexOf("/src/");
  return start < 0 ? undefined : placeAt(within.slice(start + "/src/".length));
}

/** Resolves a relative import. Undefined when it leaves `src/` or is not a module, such as a page. */
export function targetOf(from: Place, specifier: string): Place | undefined {
  const path = new URL(specifier, `file:///src/${from.path}`).pathname;
  return path.startsWith("/src/") && /\.[jt]sx?$/.test(path) ? placeAt(path.slice("/src/".length)) : undefined;
}

/** Whether a file has this freedom. Files outside of `src/` have all of them. */
export function may(filename: string, freedom: Freedom): boolean {
  const place = placeOf(filename);
  return !place || layers[place.layer].may.includes(freedom);
}

function placeAt(path: string): Place {
  const names = Object.keys(layers) as LayerName[];
  const layer = names.find((name) => layers[name].at.test(path)) ?? "noun";
  return { path, folder: path.includes("/") ? path.slice(0, path.indexOf("/")) : "", layer };
}
