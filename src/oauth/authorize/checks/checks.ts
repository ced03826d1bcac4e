import type { Check } from "../parameters/check.ts";
import { repeatedParameters } from "../parameters/repeated_parameters.ts";
import { textLengths } from "../parameters/text_lengths.ts";
import { unsupportedParameters } from "../parameters/unsupported_parameters.ts";
import { codeChallenge } from "./code_challenge.ts";
import { dpopJkt } from "./dpop_jkt.ts";
import { maxAge } from "./max_age.ts";
import { prompt } from "./prompt.ts";
import { pushedOnly } from "./pushed_only.ts";
import { resource } from "./resource.ts";
import { responseMode } from "./response_mode.ts";
import { responseType } from "./response_type.ts";
import { scope } from "./scope.ts";

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
