import { isQuestion, type Parts } from "./evaluations.ts";

/** The most evaluations of a request. */
export const evaluationsMax = 1_000;
/** The longest type or name. Explanations repeat them, so they may be no longer than any that can be registered. */
export const nameSizeMax = 256;
/** An id may be as long as a URL. */
export const idSizeMax = 4_096;

type Members = Record<string, Record<string, unknown> | null | undefined>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isOptionalText = (value: unknown, sizeMax: number) =>
  value === undefined || typeof value === "string" && value !== "" && value.length <= sizeMax;

const isPlainPart = (part: Members[string]) =>
  part === undefined || isObject(part) && part.properties === undefined && isOptionalText(part.type, nameSizeMax) &&
    isOptionalText(part.name, nameSizeMax) && isOptionalText(part.id, idSizeMax);

/**
 * True for parts that certainly pass the schemas, as in nearly all requests. False says nothing: the schemas decide.
 */
function arePlainParts({ subject, action, resource, context }: Members): boolean {
  return context === undefined && isPlainPart(subject) && isPlainPart(action) && isPlainPart(resource);
}

/** True for an evaluation that certainly passes its schema. */
export function isPlainQuestion(value: unknown): boolean {
  return isObject(value) && arePlainParts(value) && isQuestion(value as Parts);
}

/** True for several evaluations that certainly pass their schema. */
export function arePlainQuestions(value: unknown): boolean {
  if (!isObject(value) || value.options !== undefined || !arePlainParts(value)) return false;
  const evaluations: unknown = value.evaluations;
  return Array.isArray(evaluations) && evaluations.length <= evaluationsMax &&
    evaluations.every((each) => isObject(each) && arePlainParts(each));
}
