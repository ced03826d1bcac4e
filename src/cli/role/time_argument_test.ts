import assert from "node:assert/strict";
import { timeArgument } from "./time_argument.ts";

Deno.test("a time that RFC 3339 can represent is accepted, with any offset", () => {
  assert.equal(timeArgument("until", "2027-01-31T20:00:00+02:00").toISOString(), "2027-01-31T18:00:00.000Z");
  assert.equal(timeArgument("until", "2028-02-29T00:00:00.5Z").toISOString(), "2028-02-29T00:00:00.500Z");
});

const refused: [text: string, problem: string][] = [
  ["2027-01-01", "needs a time of day, such as 2027-01-01T00:00:00Z"],
  ["2027-01-01T10:00:00", "needs an offset from UTC, such as 2027-01-01T10:00:00Z or 2027-01-01T10:00:00+01:00"],
  ["2027-01-01T10:00Z", "needs seconds, such as 2027-01-01T10:00:00Z"],
  ["2027-01-01T10:00", "needs seconds, such as 2027-01-01T10:00:00Z"],
  ["2027-02-30T00:00:00Z", "names a day that does not exist: 2027-02-30"],
  ["2027-02-29", "names a day that does not exist: 2027-02-29"],
  ["2027-13-01T00:00:00Z", "names a day that does not exist: 2027-13-01"],
  ["2027-01-01T24:00:00Z", "names a time of day that does not exist: 24:00:00Z"],
  ["2027-01-01T00:00:00+25:00", "names a time of day that does not exist: 00:00:00+25:00"],
  ["tomorrow", "must be a time such as 2027-01-31T18:00:00Z"],
  ["2027-01-01 10:00:00Z", "must be a time such as 2027-01-31T18:00:00Z"],
  ["", "must be a time such as 2027-01-31T18:00:00Z"],
];

for (const [text, problem] of refused) {
  Deno.test(`X42 --until ${JSON.stringify(text)} is refused with what is missing or wrong`, () => {
    assert.throws(() => timeArgument("until", text), { name: "UsageError", message: `--until ${problem}` });
  });
}
