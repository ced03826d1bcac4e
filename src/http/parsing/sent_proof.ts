import type { SentProof } from "../../vocabulary/proofs.ts";
import { pathOf } from "../request/target.ts";

/** The proof of a request; undefined without the header `DPoP`. */
export function sentProof({ headers, method, url }: Request): SentProof | undefined {
  const jws = headers.get("dpop");
  return jws === null ? undefined : { jws, method, path: pathOf(url) };
}
