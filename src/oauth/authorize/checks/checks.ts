import type { Check } from "./check.ts";
import { codeChallenge } from "./code_challenge.ts";
import { dpopJkt } from "./dpop_jkt.ts";
import { maxAge } from "./max_age.ts";
import { prompt } from "./prompt.ts";
import { pushedOnly } from "./pushed_only.ts";
import { repeatedParameters } from "./repeated_parameters.ts";
import { resource } from "./resource.ts";
import { responseMode } from "./response_mode.ts";
import { responseType } from "./response_type.ts";
import { scope } from "./scope.ts";
import { textLengths } from "./text_lengths.ts";
import { unsupportedParameters } from "./unsupported_parameters.ts";

/** What is checked of a request once its client and its redirection URI are known. The first refusal counts. */
export const checks: readonly Check[] = [
  repeatedParameters,
  textLengths,
  responseMode,
  unsupportedParameters,
  pushedOnly,
  responseType,
  prompt,
  maxAge,
  codeChallenge,
  dpopJkt,
  resource,
  scope,
];
