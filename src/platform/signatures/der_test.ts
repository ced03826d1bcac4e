import assert from "node:assert/strict";
import { p256SignatureOf } from "./der.ts";

const high = "80".repeat(32), low = "7f".repeat(32);

/** A SEQUENCE of these, given in hexadecimal digits. */
const sequence = (...items: string[]) => `30${sized(items.join(""))}`;
const integer = (content: string) => `02${sized(content)}`;
const sized = (content: string) => (content.length / 2).toString(16).padStart(2, "0") + content;

const read = (hex: string) => p256SignatureOf(Buffer.from(hex, "hex"))?.toHex();

Deno.test("the numbers of a signature in DER have 32 bytes each", () => {
  const zeros = (count: number) => "00".repeat(count);
  assert.equal(read(sequence(integer(low), integer(low))), low + low);
  assert.equal(read(sequence(integer(`00${high}`), integer(`00${high}`))), high + high);
  assert.equal(read(sequence(integer("01"), integer("0080"))), `${zeros(31)}01${zeros(31)}80`);
  assert.equal(read(sequence(integer("00"), integer("00"))), zeros(64));
});

Deno.test("what is not a signature in DER is not read", () => {
  const valid = sequence(integer(low), integer(`00${high}`));
  for (let length = 0; length < valid.length; length += 2) assert.equal(read(valid.slice(0, length)), undefined);
  const others = [
    `${valid}00`,
    sequence(integer(low), integer(low), integer("01")),
    sequence(integer(low), integer(low), "0500"),
    sequence(integer(low)),
    sequence(integer(low), ""),
    sequence(integer(low), integer("")),
    sequence(integer(low), integer(high)), // negative
    sequence(integer(low), integer("ff")),
    sequence(integer(low), integer(`00${low}`)), // one zero too many
    sequence(integer(low), integer("0000")),
    sequence(integer(low), integer(`01${high}`)), // 33 bytes
    sequence(integer(low), integer(`00ff${high}`)),
    sequence(integer(low), `0281${sized(low)}`), // a long form of a short length
    `3081${sized(integer(low) + integer(low))}`,
    `3080${integer(low)}${integer(low)}0000`, // without a length
    `31${valid.slice(2)}`,
    sequence(`03${sized(low)}`, integer(low)),
    "3000",
    low + low,
  ];
  for (const other of others) assert.equal(read(other), undefined, other);
});
