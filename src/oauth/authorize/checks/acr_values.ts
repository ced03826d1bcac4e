import { type Aal, acrOf } from "../../../vocabulary/assurance.ts";
import { type SentParameters, valuesOf } from "../sent_parameters.ts";

/**
 * The least level that will do of those that the client names, the one that it prefers first (OpenID Connect Core 1.0
 * §3.1.2.1). Names that are none of Sentinel's are ignored: the claim is voluntary (§5.5.1.1), and the client reads `acr`.
 */
export function wantedAal(sent: SentParameters): Aal {
  const named = valuesOf(sent.get("acr_values"));
  return named.includes(acrOf(2)) && !named.includes(acrOf(1)) ? 2 : 1;
}
