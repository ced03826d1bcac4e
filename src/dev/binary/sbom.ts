/**
 * `deno task sbom`: prints every part of the binary as a CycloneDX 1.6 document. Parts are the runtime and the packages
 * that the program and its workers import, with the hashes of `deno.lock`; tools that build and test it are left out.
 */
import lock from "../../../deno.lock" with { type: "text" };
import { version } from "../../version.ts";
import { type NpmPackage, programPackages } from "../program_packages.ts";

/** A part, with the members that are used here (CycloneDX 1.6, `component`). */
export interface Part {
  type: "library" | "platform";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

const integrities: Record<string, { integrity: string }> = JSON.parse(lock).npm;
const refs = { sentinel: "sentinel", deno: `pkg:github/denoland/deno@v${Deno.version.deno}` };

/** Returns the document. */
export async function sbom() {
  const { imported, packages } = await programPackages();
  const aboard = [...packages].sort(([a], [b]) => a < b ? -1 : 1);
  const refOf = (id: string) => purlOf(packages.get(id)!);
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
    components: [runtime, ...aboard.map(([id, part]) => partOf(id, part))],
    dependencies: [
      { ref: refs.sentinel, dependsOn: [refs.deno, ...imported.map(refOf)] },
      ...aboard.map(([, part]) => ({ ref: purlOf(part), dependsOn: part.dependencies.map(refOf) })),
    ],
  };
}

function partOf(id: string, { name, version }: NpmPackage): Part {
  const purl = purlOf({ name, version });
  const [, digest = ""] = /^sha512-(.+)$/.exec(integrities[id]!.integrity) ?? [];
  const content = Uint8Array.fromBase64(digest).toHex();
  return { type: "library", "bom-ref": purl, name, version, purl, hashes: [{ alg: "SHA-512", content }] };
}

/** The package URL (ECMA-427). */
function purlOf({ name, version }: Pick<NpmPackage, "name" | "version">): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

if (import.meta.main) console.log(JSON.stringify(await sbom(), null, 2));
