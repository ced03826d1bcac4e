import assert from "node:assert/strict";
import { parse } from "yaml";
import { readConfig } from "../src/compose/config.ts";
import { settingNames } from "../src/compose/config.ts";

type Service = {
  image: string;
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
};

const read = (name: string) => Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));
const { services } = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service> };

/** Every setting of `.env.example`, uncommented. */
const given = Object.fromEntries(
  [...read(".env.example").matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
);

for (const name of ["sentinel", "migrate"]) {
  Deno.test(`X48 the service ${name} of compose.yaml gets the settings in .env, and .env need not exist`, () => {
    assert.deepEqual(services[name]!.env_file, [{ path: ".env", required: false }]);
  });
}

Deno.test("X48 .env.example has every setting, and names those that compose.yaml sets itself", () => {
  assert.deepEqual(Object.keys(given).sort(), [...settingNames].sort());
  assert.match(read(".env.example"), /^# .*compose\.yaml/m);
});

Deno.test("X48 compose.yaml starts Sentinel with its own database, secret and address, whatever a copy of .env.example sets", () => {
  const { environment = {} } = services.sentinel!;
  const copied = {
    ...given,
    HOST: "127.0.0.1",
    PORT: "9000",
    DATABASE_URL: "postgres://elsewhere/app",
    SENTINEL_SECRET: "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
    SENTINEL_PASSWORD_MIN_LENGTH: "12",
  };
  const set = { ...copied, ...environment, DATABASE_URL_FILE: "", SENTINEL_SECRET_FILE: "" };
  for (const own of ["DATABASE_URL", "SENTINEL_SECRET"] as const) {
    assert.equal(set[own], "", `${own}: the file decides`);
  }
  assert.deepEqual([environment.HOST, String(environment.PORT)], ["0.0.0.0", "8000"]);
  const resolved = Object.entries(set).map(([name, value]) => [name, String(value).replace(/^\$\{\w+:-(.*)\}$/, "$1")]);
  const { settings } = readConfig({
    ...Object.fromEntries(resolved),
    DATABASE_URL: "postgres://sentinel@postgres/sentinel",
    SENTINEL_SECRET: copied.SENTINEL_SECRET,
  });
  assert.equal(settings.SENTINEL_PASSWORD_MIN_LENGTH, 12);
});
