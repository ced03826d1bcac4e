import { deno, modules } from "./binary/bundle.ts";

/** A package in the output of `deno info`; `dependencies` are ids. */
export type NpmPackage = { name: string; version: string; dependencies: string[] };

/** The packages of the program and its workers, by their ids in `deno.lock`. */
export interface ProgramPackages {
  /** Sorted ids of the packages that the sources import. */
  imported: string[];
  /** The imported packages and everything that they depend on. */
  packages: Map<string, NpmPackage>;
}

type Graph = { modules: { npmPackage?: string }[]; npmPackages: Record<string, NpmPackage> };

let read: Promise<ProgramPackages> | undefined;

/** Reads the module graphs once, as the sources do not change while a tool runs. */
export function programPackages(): Promise<ProgramPackages> {
  return read ??= readPackages();
}

async function readPackages(): Promise<ProgramPackages> {
  const graphs = await Promise.all(Object.values(modules).map(graphOf));
  const known: Graph["npmPackages"] = Object.assign({}, ...graphs.map(({ npmPackages }) => npmPackages));
  const imported = new Set(graphs.flatMap((graph) => graph.modules.flatMap(({ npmPackage }) => npmPackage ?? [])));
  const packages = new Map<string, NpmPackage>();
  const add = (id: string) => {
    if (packages.has(id)) return;
    packages.set(id, known[id]!);
    known[id]!.dependencies.forEach(add);
  };
  imported.forEach(add);
  return { imported: [...imported].sort(), packages };
}

/** With `node_modules` managed by hand, `deno info` lists files in place of packages. */
async function graphOf(module: string): Promise<Graph> {
  return JSON.parse((await deno(["info", "--quiet", "--node-modules-dir=none", "--json", module])).stdout);
}
