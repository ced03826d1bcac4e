/**
 * `deno task sbom`: every part of the binary as a CycloneDX 1.6 document, on standard output. Parts are the packages
 * that the program and its threads import, with the hashes of `deno.lock`, and the runtime; not what builds and tests it.
 */
import lock from "../../deno.lock" with { type: "text" };
import { version } from "../version.ts";
import { deno, modules } from "./bundle.ts";

/** A part, as far as is told here (CycloneDX 1.6, `component`). */
export interface Part {
  type: "library" | "platform";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

type NpmPackage = { name: string; version: string; dependencies: string[] };
type Graph = { modules: { npmPackage?: string }[]; npmPackages: Record<string, NpmPackage> };

const integrities: Record<string, { integrity: string }> = JSON.parse(lock).npm;
const refs = { sentinel: "sentinel", deno: `pkg:github/denoland/deno@v${Deno.version.deno}` };

/** Answers the document. */
export async function sbom() {
  const graphs = await Promise.all(Object.values(modules).map(graphOf));
  const packages: Graph["npmPackages"] = Object.assign({}, ...graphs.map(({ npmPackages }) => npmPackages));
  const imported = new Set(graphs.flatMap((graph) => graph.modules.flatMap(({ npmPackage }) => npmPackage ?? [])));
  const aboard = [...withDependencies(imported, packages)].sort();
  const refOf = (id: string) => purlOf(packages[id]!);
  const runtime: Part = {
    type: "platform",
    "bom-ref": refs.deno,
    name: "deno",
    version: Deno.version.deno,
    purl: refs.deno,
  };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": refs.sentinel, name: "sentinel", version } },
    components: [runtime, ...aboard.map((id) => partOf(id, packages[id]!))],
    dependencies: [
      { ref: refs.sentinel, dependsOn: [refs.deno, ...[...imported].sort().map(refOf)] },
      ...aboard.map((id) => ({ ref: refOf(id), dependsOn: packages[id]!.dependencies.map(refOf) })),
    ],
  };
}

async function graphOf(module: string): Promise<Graph> {
  return JSON.parse((await deno(["info", "--quiet", "--json", module])).stdout);
}

function withDependencies(ids: Iterable<string>, packages: Graph["npmPackages"], found = new Set<string>()) {
  for (const id of ids) {
    if (!found.has(id)) withDependencies(packages[id]!.dependencies, packages, found.add(id));
  }
  return found;
}

function partOf(id: string, { name, version, ...rest }: NpmPackage): Part {
  const purl = purlOf({ name, version, ...rest });
  const [, digest = ""] = /^sha512-(.+)$/.exec(integrities[id]!.integrity) ?? [];
  const content = Uint8Array.fromBase64(digest).toHex();
  return { type: "library", "bom-ref": purl, name, version, purl, hashes: [{ alg: "SHA-512", content }] };
}

/** The package's URL (ECMA-427). */
function purlOf({ name, version }: NpmPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

if (import.meta.main) console.log(JSON.stringify(await sbom(), null, 2));
