/**
 * Parts of a migration that the previous version may not survive: they remove, rename or restrict what it uses, or
 * rewrite rows while its requests wait. Comments and the bodies of functions are left out, so a function that changed
 * its meaning is found by the test of a rolling update alone.
 */
export function contractionsOf(sql: string): string[] {
  const statements = sql.replace(/--.*/g, "").replace(/\$\$[^]*?\$\$/g, "").split(";").map(oneLine);
  const own = new Set(statements.flatMap((each) => /^create (?:unlogged )?table (\w+)/i.exec(each)?.[1] ?? []));
  return statements.flatMap((each) => {
    const [, table] = /^(?:alter table (?:only )?|create unique index .*?\bon )(\w+)/i.exec(each) ?? [];
    if (table !== undefined && own.has(table)) return []; // no other version knows it
    return contracts.exec(each)?.[0] ?? demandsOf(each);
  });
}

const contracts = new RegExp(
  [
    /^(?:with\b.*\b)?(?:update|delete|truncate)\b.*/,
    /^(?:create unique index|revoke)\b.*/,
    /\b(?:drop (?!not null)\w+|rename (?:to|column|constraint|value)|set schema|disable trigger)\b.*/,
    /\balter column \w+ (?:set data type|type|set not null|drop not null)\b.*/,
    /\badd (?:constraint|primary key|unique|check|foreign key|exclude)\b.*/,
    /\badd column .*\bgenerated always as\b.*/,
  ].map(({ source }) => source).join("|"),
  "i",
);

/** New columns that the previous version would have to fill: required, and without a default. */
function demandsOf(statement: string): string[] {
  const parts = withoutParentheses(statement).split(/,\s*(?=(?:add|alter) )/i);
  return parts.filter((part) => /\badd column\b.*\bnot null\b/i.test(part) && !/\b(?:default|generated)\b/i.test(part));
}

function withoutParentheses(text: string): string {
  const less = text.replace(/\([^()]*\)/g, "");
  return less === text ? text : withoutParentheses(less);
}

/** The statement on one line, without what a column is computed from. */
const oneLine = (sql: string) => sql.replace(/\s+/g, " ").replace(/( generated always as) .*/, "$1").trim();
