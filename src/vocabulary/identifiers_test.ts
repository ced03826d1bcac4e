import assert from "node:assert/strict";
import { canonicalIdentifier, isEmail, isUsername } from "./identifiers.ts";

const sameAccount: [what: string, one: string, other: string][] = [
  ["upper case", "Alice@Ex.com", "alice@ex.com"],
  ["K and the Kelvin sign", "Karl", "\u212aarl"],
  ["ſ and s", "\u017fam", "sam"],
  ["ß and ss", "stra\u00dfe", "strasse"],
  ["ẞ and ss", "stra\u1e9ee", "strasse"],
  ["ﬁ and fi", "\ufb01n", "fin"],
  ["full-width a and a", "\uff41da", "ada"],
  ["full-width @ and @", "ada\uff20example.com", "ada@example.com"],
  ["é composed and decomposed", "caf\u00e9", "cafe\u0301"],
  ["ı and i", "\u0131da", "ida"],
  ["ς and σ", "\u03bf\u03b4\u03bf\u03c2", "\u03bf\u03b4\u03bf\u03c3"],
  ["X15 a domain and its Punycode", "j1@münchen.example", "j1@xn--mnchen-3ya.example"],
  ["X15 a domain and its Punycode in capitals", "j1@MÜNCHEN.example", "J1@XN--MNCHEN-3YA.EXAMPLE"],
  ["X15 ss and the Punycode of ß", "j1@strasse.example", "j1@xn--strae-oqa.example"],
  ["X15 a label in Punycode and one in Unicode", "a@例子.广告", "a@xn--fsqu00a.广告"],
  ["Hangul composed and in jamo", "\uac00\ub098", "\u1100\u1161\u1102\u1161"],
];

for (const [what, one, other] of sameAccount) {
  Deno.test(`T067 T068 canonicalIdentifier treats ${what} as equal`, () => {
    assert.notEqual(one, other);
    assert.equal(canonicalIdentifier(one), canonicalIdentifier(other));
  });
}

Deno.test("T068 canonicalIdentifier is idempotent, and ignores the case and composition of every character", () => {
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const text = String.fromCodePoint(point);
    const canonical = canonicalIdentifier(text);
    if (canonical === text) continue; // its variants are tested by themselves
    const variants = [canonical, text.toUpperCase(), text.toLowerCase(), text.normalize("NFD"), text.normalize("NFKC")];
    for (const variant of variants) {
      const what = `U+${point.toString(16)} as ${JSON.stringify(variant)}`;
      if (canonicalIdentifier(variant) !== canonical) assert.fail(what);
    }
  }
});

Deno.test("canonicalIdentifier keeps apart what looks different", () => {
  const names = ["ada", "ádá", "ad", "adaa", "a.da", "a-da", "a_da", "ada1"];
  assert.equal(new Set(names.map(canonicalIdentifier)).size, names.length);
});

const emails: [accepted: boolean, address: string][] = [
  [true, "ada@example.com"],
  [true, "Ada.Lovelace+engine@mail.example.com"],
  [true, "o'brien@example.co"],
  [true, "{{7*7}}@example.com"], // RFC 5321 §4.1.2 lets it be
  [true, "用户@例子.广告"],
  [true, `${"a".repeat(64)}@example.com`],
  [true, `a@${"b".repeat(63)}.example.com`],
  [false, "a@b.c\r\nBcc: x@y"],
  [false, "a@b.co\r\nBcc: x@y.co"],
  [false, "a@b.co\n"],
  [false, "a@b.c,e@v.il"],
  [false, "a@b.co,e@v.il"],
  [false, "a@b.co;e@v.il"],
  [false, '"x" <e@v.il>'],
  [false, '"x y"@v.il'],
  [false, "x(comment)@v.il"],
  [false, "a@[127.0.0.1]"],
  [false, "a@127.0.0.1"],
  [false, "a@10.0.0.10"],
  [false, "a@example.123"],
  [false, "a@10.0.0.\u0661\u0660"], // Arabic-Indic digits
  [true, "a@example.1a"],
  [true, "a@10.example"],
  [false, "a@[IPv6:::1]"],
  [false, "a@b..c"],
  [false, "a@b..co"],
  [false, "a..b@example.com"],
  [false, ".a@example.com"],
  [false, "a.@example.com"],
  [false, "a@example.com."],
  [false, "a@.example.com"],
  [false, "a@-example.com"],
  [false, "a@example-.com"],
  [false, "a@localhost"],
  [true, "j1@xn--mnchen-3ya.example"],
  [false, `j1@${"ü".repeat(60)}.example`], // X15 64 and more characters in ASCII
  [false, "j1@xn--zz.example"], // stands for nothing
  [true, "xn--mnchen-3ya@example.com"],
  [false, "a@example.c"],
  [false, "@example.com"],
  [false, "ada@"],
  [false, "ada"],
  [false, ""],
  [false, "@"],
  [false, "a@b.co@v.il"],
  [false, "a@b.c\uff20evil.io"],
  [false, "a@b.co\uff20evil.io"], // T069: two @ once normalised
  [false, "a@b\uff0f.co"], // full-width slash
  [false, "a@ev\u200bil.io"],
  [false, " ada@example.com"],
  [false, "ada@example.com "],
  [false, "\tada@example.com"],
  [false, "ada @example.com"],
  [false, "ada@exam\u00a0ple.com"],
  [false, "ad\u0000a@example.com"],
  [false, `${"a".repeat(65)}@example.com`],
  [false, `a@${"b".repeat(64)}.example.com`],
  [false, `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(61)}`], // 255 characters
];

for (const [accepted, address] of emails) {
  const shown = address.length > 60
    ? `${address.length} characters, ${address.slice(0, 12)}…`
    : JSON.stringify(address);
  Deno.test(`T066 T069 T072 isEmail ${accepted ? "accepts" : "refuses"} ${shown}`, () => {
    assert.equal(isEmail(address), accepted);
  });
}

Deno.test("T066 isEmail accepts 254 characters and not one more", () => {
  const address = (last: number) => `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(last)}`;
  assert.equal(address(60).length, 254);
  assert.equal(isEmail(address(60)), true);
  assert.equal(isEmail(address(61)), false);
});

const usernames: [accepted: boolean, name: string][] = [
  [true, "ada"],
  [true, "Ada_Lovelace-1815.x"],
  [true, "Łukasz"],
  [true, "李小龙"],
  [true, "\u{20000}\u{20001}\u{20002}"], // three letters of six UTF-16 units
  [true, "grace99"],
  [true, "алиса_7"],
  [true, "σοφία-2"],
  [true, "محمد٣"],
  [true, "李ひらカタカナabc"],
  [true, "ㄅㄆ李lee"],
  [true, "김han金"],
  [true, "スーパー"],
  [false, "gr\u0430ce"], // X11 Cyrillic а
  [false, "r\u03bfot"], // X11 Greek ο
  [false, "ada\u05d3\u05d4"], // X11 Hebrew
  [false, "ада\u03bf"],
  [false, "김ひら"],
  [false, "李алиса"],
  [false, "ada٣"],
  [false, "محمد3٣"],
  [false, "علي۳٣"],
  [false, "\u13aa\u13a2\u13d2"], // X11 Cherokee, whose letters look Latin
  [false, "\u{10400}\u{10401}\u{10402}"],
  [false, "adm\u01c0n"], // a click
  [false, "\u0251da"],
  [false, "ada\u02d0"],
  [false, "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"], // X11
  [false, "01932C5E-7B1A-7C3F-9D2E-4F5A6B7C8D9E"],
  [false, "01932c5e7b1a7c3f9d2e4f5a6b7c8d9e"],
  [true, "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9"],
  [true, "a".repeat(64)],
  [true, "हिन्दी"],
  [true, "प्रिया_9"],
  [true, "มานี"],
  [true, "தமிழ்"],
  [true, "নাম"],
  [true, "דָוִד"],
  [true, "ada".normalize("NFD") + "\u0301"], // é and its like are one letter once normalised
  [false, "\u093fहन"], // a mark before any letter
  [false, "हन.\u093fदी"],
  [false, "9\u093fहन"],
  [false, "มาา\u0e31\u0e31"], // the same mark twice looks like once
  [false, "x\u0301\u0301da"],
  [false, "adx\u0301"], // a letter that is none once normalised
  [false, "abc\u0903"], // a mark of another script
  [false, "a\u0489bc"],
  [false, "мам\u0483а"],
  [false, "a".repeat(65)],
  [false, "ad"],
  [false, ""],
  [false, "\ufb01"], // two letters once normalised
  [false, "ada@example.com"], // T071: a username is never an address
  [false, "ada\uff20example.com"],
  [false, "\u0130pek"], // T068 İ: its dot is a mark, so it never passes for i
  [false, " ada"],
  [false, "ada "],
  [false, "ada\t"],
  [false, "ada\n"],
  [false, "ada\u3000"],
  [false, "a da"],
  [false, "ad\u200ba"],
  [false, "ad\u202ea"],
  [false, "ad\u00ada"],
  [false, "ada\u0000"],
  [false, "\x1b[31mada"],
  [false, "{{7*7}}"],
  [false, "${7*7}"],
  [false, "%s%n"],
  [false, "<b>ada</b>"],
  [false, "' OR 1=1--"],
  [false, "ada/../grace"],
];

for (const [accepted, name] of usernames) {
  Deno.test(`T068 T071 T072 isUsername ${accepted ? "accepts" : "refuses"} ${JSON.stringify(name.slice(0, 30))}`, () => {
    assert.equal(isUsername(name), accepted);
  });
}
