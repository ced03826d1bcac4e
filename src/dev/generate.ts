/**
 * Writes every generated file: `deno run -A src/dev/generate.ts [--check]`. `--check` writes nothing, lists stale files
 * and exits 1.
 */
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { benchmarkFiles } from "../../loadtest/report.ts";
import { observabilityFiles } from "../../observability/files.ts";
import type { Command } from "../cli/command.ts";
import { commandHelp, conventions, groupHelp } from "../cli/help.ts";
import { describeApi } from "../compose/features.ts";
import { metrics } from "../vocabulary/dictionary.ts";
import { commands } from "../cli/commands.ts";
import { durations, mergeOf, type Metric } from "../platform/metrics.ts";
import { type Setting, settings } from "../vocabulary/dictionary.ts";
import { readConfig, settingNames } from "../compose/config.ts";
import {
  decisionsPage,
  districtsPage,
  ownersTable,
  permissionsTable,
  settingsPage,
  statementsPage,
  tasksTable,
} from "./reference_pages.ts";
import { serveConfig, serveLock } from "./serve_config.ts";

/** A generated file. */
interface GeneratedFile {
  /** Relative to the repository. */
  path: string;
  /** Returns the new text, given the present text. Undefined leaves the file unchanged. */
  render(current: string | undefined): string | undefined | Promise<string | undefined>;
}

const generatedFiles: GeneratedFile[] = [
  { path: ".env.example", render: envExample },
  { path: "openapi.json", render: openApi },
  { path: "src/client/schema.ts", render: clientTypes },
  { path: "observability/METRICS.md", render: metricsCatalogue },
  ...[...observabilityFiles, ...benchmarkFiles].map(({ path, format, text }) => ({
    path,
    render: () => formatted(text(), format),
  })),
  { path: "deploy/serve.jsonc", render: async () => formatted(await serveConfig(), "jsonc") },
  { path: "deploy/serve.lock", render: serveLock },
  { path: "docs/commands.md", render: commandReference },
  { path: "docs/decisions/README.md", render: () => formatted(decisionsPage()) },
  { path: "docs/development.md", render: (current) => current && section(current, "tasks", tasksTable()) },
  { path: "docs/districts.md", render: async () => formatted(await districtsPage()) },
  { path: "docs/settings.md", render: () => formatted(settingsPage()) },
  { path: "docs/statements.md", render: () => formatted(statementsPage()) },
  { path: "ARCHITECTURE.md", render: (current) => current && section(current, "owners", ownersTable()) },
  {
    path: "docs/roles-and-decisions.md",
    render: (current) => current && section(current, "permissions", permissionsTable()),
  },
  { path: "src/client/README.md", render: (current) => current && clientReadme(current) },
];

/** Returns the paths of stale files, after rewriting them unless `check`. */
export async function generate(root: URL, { check }: { check: boolean }): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, render } of generatedFiles) {
    const file = new URL(path, root);
    const current = await textOf(file);
    const wanted = await render(current);
    if (wanted === undefined || wanted === current) continue;
    stale.push(path);
    if (check) continue;
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, wanted);
  }
  return stale;
}

async function textOf(file: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function envExample(): string {
  const rows = settingNames.map((name) => {
    const setting: Setting = settings[name];
    const value = setting.otherwise === undefined && typeof setting.default === "string" ? setting.default : "";
    const about = setting.otherwise === undefined ? setting.about : `${setting.about}. Unset: ${setting.otherwise}`;
    return `# ${about}.\n# ${name}=${value}\n`;
  });
  return [
    [
      "# Sentinel's settings and their defaults. Each may also be given as <NAME>_FILE, the path of a file with the value.",
      "#",
      "# To use this file with Docker Compose, copy it to .env: compose.yaml passes its variables on, except HOST, PORT,",
      "# DATABASE_URL, SENTINEL_SECRET, SENTINEL_DATA_DIR, SENTINEL_MIGRATE and SENTINEL_TRUSTED_PROXIES, which it sets",
      "# itself. Sentinel does not read .env: without Compose, run `set -a; . ./.env; set +a` before the command.\n",
    ].join("\n"),
    ...rows,
  ].join("\n");
}

function openApi(): string {
  return JSON.stringify(describeApi(readConfig({ SENTINEL_CLIENT_REGISTRATION: "open" }).settings), null, 2) + "\n";
}

function metricsCatalogue(): Promise<string> {
  const rows = Object.entries<Metric>(metrics).map(([name, metric]) =>
    `| \`${name}\` | ${metric.kind} | ${mergeOf(metric)} | ${labelsOf(metric)} | ${escaped(metric.help)} |`
  );
  return formatted([
    "# Metrics",
    "",
    "The metrics that `GET /metrics` returns; `deno task generate` writes this page from their declarations. The values of",
    "a label are listed after it, and each starts at zero. A label without a list has a limited number of values too:",
    "routes are patterns, methods are known ones, statements are named in the code. No label contains an id, a name or an",
    "address. With `SENTINEL_WORKERS`, each value is that of the whole process, whichever worker answers: the sum, the",
    "maximum or the minimum of its workers.",
    "",
    "| Metric | Kind | Of workers | Labels | Meaning |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Bounds of every histogram, in seconds: ${durations.join(", ")}.`,
    "",
  ].join("\n"));
}

/** The `--help` of every command. */
function commandReference(): Promise<string> {
  const block = (text: string) => `\`\`\`\n${text}\n\`\`\`\n`;
  const described = (path: string, command: Command) => block(commandHelp(path, command));
  const sections = commands.map((entry) =>
    "commands" in entry
      ? [
        `## ${entry.name}`,
        block(groupHelp(entry)),
        ...entry.commands.map((command) => described(`${entry.name} ${command.name}`, command)),
      ]
      : [`## ${entry.name}`, described(entry.name, entry)]
  );
  return formatted([
    "# Commands",
    "The output of `--help`; `deno task generate` writes this page. In a clone, `deno task sentinel` runs the commands.",
    conventions,
    ...sections.flat(),
  ].join("\n\n"));
}

function labelsOf({ labels = {} }: Metric): string {
  return Object.entries(labels)
    .map(([label, values]) => values.length === 0 ? `\`${label}\`` : `\`${label}\`: ${values.join(", ")}`)
    .join("; ");
}

async function clientTypes(): Promise<string> {
  const document = withOneProblem(JSON.parse(openApi()));
  return `// Follows from openapi.json: deno task generate.\n\n${
    astToString(await openapiTS(document, { defaultNonNullable: false }))
  }`;
}

type Responses = Record<string, { content?: Record<string, unknown> }>;

/** Gives all answers that are only problems one common response, so that they have one type. */
function withOneProblem(document: {
  paths: Record<string, Record<string, { responses?: Responses }>>;
  components: { responses?: Responses };
}): OpenAPI3 {
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  document.components.responses = { Problem: { content: problem } };
  for (const { responses = {} } of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    for (const [status, { content = {} }] of Object.entries(responses)) {
      const [type, ...others] = Object.keys(content);
      if (type !== "application/problem+json" || others.length > 0) continue;
      responses[status] = { $ref: "#/components/responses/Problem" } as Responses[string];
    }
  }
  return document as unknown as OpenAPI3;
}

async function clientReadme(current: string): Promise<string> {
  const example = await Deno.readTextFile(new URL("../client/example.ts", import.meta.url));
  return await section(current, "client", `\`\`\`ts\n${example.replace("./mod.ts", "@sentinel/client")}\`\`\`\n`);
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

/**
 * Replaces the text between the markers `<!-- name:begin -->` and `<!-- name:end -->` with `markdown`, formatted as
 * `deno fmt` does.
 */
async function section(text: string, name: string, markdown: string): Promise<string> {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the markers ${begin} and ${end} are missing`);
  return `${text.slice(0, from)}${begin}\n\n${await formatted(markdown)}\n${text.slice(to)}`;
}

/** Formats the text as `deno fmt` does. */
async function formatted(text: string, ext: "json" | "jsonc" | "md" | "svg" | "yaml" = "md"): Promise<string> {
  const fmt = new Deno.Command(Deno.execPath(), { args: ["fmt", "--ext", ext, "-"], stdin: "piped", stdout: "piped" });
  const child = fmt.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  const stale = await generate(new URL("../../", import.meta.url), { check });
  for (const path of stale) console.log(check ? `${path} is stale: run deno task generate` : `${path} rewritten`);
  if (check && stale.length > 0) Deno.exit(1);
}
