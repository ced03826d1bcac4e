import type { FieldError } from "../../vocabulary/problems.ts";

/** What is wrong with an exclusion of which one user may hold `atMost` roles. */
export function exclusionErrors(roles: string[], atMost: number): FieldError[] {
  const errors: FieldError[] = [];
  const roleCount = new Set(roles).size;
  if (roleCount < roles.length) {
    errors.push({ pointer: "#/roles", code: "repeated", detail: "Name each role only once." });
  } else if (atMost >= roleCount) {
    errors.push({
      pointer: "#/at_most",
      code: "too_big",
      detail: `Must be less than the number of roles, ${roleCount}: otherwise the exclusion excludes nothing.`,
    });
  }
  return errors;
}
