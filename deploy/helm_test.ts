import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { parseAllDocuments } from "yaml";
import { settingNames } from "../src/compose/config.ts";
import { root } from "../src/testing/documents/blocks.ts";
import { type Setting, settings } from "../src/vocabulary/dictionary.ts";

type Labels = Record<string, string>;
type Manifest = {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels; annotations?: Labels };
  // deno-lint-ignore no-explicit-any
  [member: string]: any;
};

const chart = join(root, "deploy/helm/sentinel");
const production = ["--values", join(root, "deploy/helm/production.yaml")];

/** Whether the program runs. */
async function runs(program: string): Promise<boolean> {
  return await run(program, ["version"]).then(({ success }) => success, () => false);
}

const has = { helm: await runs("helm"), kustomize: await runs("kustomize") };
const missing = Object.entries(has).filter(([, there]) => !there).map(([name]) => name);
const needs = missing.length > 0 ? ` [not run: no ${missing.join(", no ")} here]` : "";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: name + needs, fn, ignore: missing.length > 0 });
}

async function run(program: string, args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, stdout: out!, stderr: err! };
}

/** What the program prints: manifests. @throws unless it succeeds. */
async function manifestsOf(program: string, args: string[]): Promise<Manifest[]> {
  const { success, stdout, stderr } = await run(program, args);
  assert.ok(success, stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS()).filter(Boolean);
}

const template = (name: string, values: string[]) => [
  "template",
  name,
  chart,
  ...["--namespace", "sentinel", "--kube-version", "1.34.0"],
  ...values,
];

const rendered = (values: string[], name = "sentinel") => manifestsOf("helm", template(name, values));
const find = (manifests: Manifest[], kind: string) => manifests.find((manifest) => manifest.kind === kind);

/** What only one of the tools writes: labels of Helm, and the ends of names that change with the content. */
const onlyHelm = /^(?:app\.kubernetes\.io\/(?:instance|managed-by|version)|helm\.sh\/chart|checksum\/settings)$/;
const withoutEnd = (name: string) =>
  name.replace(/^sentinel-[bcdfghkmt2456789]{10}$/, "sentinel").replace(/-[0-9a-f]{8}$/, "");

/** The manifest as both tools describe it, by its kind and name. */
function compared(manifests: Manifest[]): Map<string, Manifest> {
  const named = manifests.filter(({ kind }) => kind !== "Namespace").map((manifest) => {
    const { namespace: _, labels: __, ...metadata } = manifest.metadata;
    const text = JSON.stringify({ ...manifest, metadata }, (key, value) => {
      if (onlyHelm.test(key)) return undefined;
      if (key === "annotations" && Object.keys(value).every((name) => onlyHelm.test(name))) return undefined;
      return key === "name" && typeof value === "string" ? withoutEnd(value) : value;
    });
    const same: Manifest = JSON.parse(text);
    return [`${same.kind} ${same.metadata.name}`, same] as const;
  });
  return new Map(named.sort(([one], [other]) => one < other ? -1 : 1));
}

function assertEqual(helm: Manifest[], kustomize: Manifest[]): void {
  const [ours, theirs] = [compared(helm), compared(kustomize)];
  assert.deepEqual([...ours.keys()], [...theirs.keys()]);
  for (const [name, manifest] of theirs) assert.deepEqual(ours.get(name), manifest, name);
}

test("the chart gives the objects of deploy/kubernetes/production, with its values", async () => {
  const kustomized = await manifestsOf("kustomize", ["build", join(root, "deploy/kubernetes/production")]);
  assert.ok(kustomized.length >= 11, `${kustomized.length} objects`);
  assertEqual(await rendered(production), kustomized);
});

test("both let pods reach the internet by port 443 on demand, and no private network", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const from = (path: string) => relative(Deno.realPathSync(folder), join(root, "deploy/kubernetes", path));
    const overlay = `resources: [${from("production")}]\ncomponents: [${from("egress-https")}]\n`;
    await Deno.writeTextFile(join(folder, "kustomization.yaml"), overlay);
    const helm = await rendered([...production, "--set", "networkPolicy.egressHttps=true"]);
    assertEqual(helm, await manifestsOf("kustomize", ["build", folder]));
    const { to, ports } = find(helm, "NetworkPolicy")!.spec.egress.at(-1);
    assert.deepEqual(ports, [{ port: 443 }]);
    for (const { ipBlock } of to) assert.ok(ipBlock.except.length > 0, ipBlock.cidr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test("the chart's values reach the objects, under the name of the release", async () => {
  const values = [
    ...["--set", "publicUrl=https://id.example.org:8443,secretName=mine,image.tag=1.2.3,replicas.min=2,replicas.max=2"],
    ...["--set", "settings.SENTINEL_DRAIN_SECONDS=7,settings.SENTINEL_SESSION_MAX_SECONDS=2592000"],
    ...["--set-json", `settings.SENTINEL_MAIL=true`, "--set", "networkPolicy.databasePorts={5433}"],
    ...["--set", "ingress.enabled=true,ingress.className=nginx,ingress.tlsSecretName=tls"],
    ...[
      "--set",
      "monitoring.enabled=true,monitoring.metricsTokenKey=metrics-token,monitoring.labels.release=prometheus",
    ],
    ...["--set", "monitoring.otlpHeadersKey=otlp-headers,settings.SENTINEL_SMTP_URL=smtps://ada@mail.example.com"],
  ];
  const manifests = await rendered(values, "auth");
  for (const { metadata } of manifests) assert.match(metadata.name, /^auth(?:-|$)/);
  const { spec } = find(manifests, "Deployment")!;
  const [container] = spec.template.spec.containers;
  assert.deepEqual([spec.replicas, container.image], [2, "ghcr.io/sentinel/sentinel:1.2.3"]);
  assert.equal(find(manifests, "HorizontalPodAutoscaler"), undefined);
  assert.equal(spec.template.spec.volumes[0].secret.secretName, "mine");
  const [headers] = container.env;
  assert.equal(headers.name, "OTEL_EXPORTER_OTLP_HEADERS");
  assert.deepEqual(headers.valueFrom, { secretKeyRef: { name: "mine", key: "otlp-headers" } });
  const { data } = manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "auth")!;
  assert.equal(data.SENTINEL_DRAIN_SECONDS, "7");
  assert.equal(data.SENTINEL_SESSION_MAX_SECONDS, "2592000");
  assert.equal(data.SENTINEL_MAIL, "true");
  assert.equal(data.SENTINEL_METRICS_TOKEN_FILE, "/run/secrets/sentinel/metrics-token");
  const [endpoint] = find(manifests, "ServiceMonitor")!.spec.endpoints;
  assert.deepEqual(endpoint.authorization.credentials, { name: "mine", key: "metrics-token" });
  assert.equal(find(manifests, "PrometheusRule")!.metadata.labels!.release, "prometheus");
  const [rule] = find(manifests, "Ingress")!.spec.rules;
  assert.deepEqual([rule.host, rule.http.paths[0].backend.service.name], ["id.example.org", "auth"]);
  assert.deepEqual(find(manifests, "NetworkPolicy")!.spec.egress.at(-1), { ports: [{ port: 5433 }] });
});

/** Values that a user may mistake, and what the refusal names. */
const refused: [values: string[], reason: RegExp][] = [
  [[], /missing property 'publicUrl'/],
  [["publicUrl=auth.example.com"], /'\/publicUrl'.*does not match pattern/],
  [["publicUrl=https://auth.example.com/path"], /'\/publicUrl'.*does not match pattern/],
  [["replica=3"], /additional properties 'replica' not allowed/],
  [["replicas.min=0"], /'\/replicas\/min': minimum: got 0, want 1/],
  [["replicas.min=5", "replicas.max=3"], /replicas\.max is less than replicas\.min/],
  [["image.digest=latest"], /'\/image\/digest'.*does not match pattern/],
  [["settings.PORT=9000"], /invalid propertyName 'PORT'/],
  [["settings.SENTINEL_SECRET=abc"], /invalid propertyName 'SENTINEL_SECRET'/],
  [["settings.SENTINEL_SMTP_URL=smtps://u:pw@mail.example.com"], /'\/settings\/SENTINEL_SMTP_URL': 'not' failed/],
  [
    ["settings.OTEL_EXPORTER_OTLP_ENDPOINT=https://u:pw@otel"],
    /'\/settings\/OTEL_EXPORTER_OTLP_ENDPOINT': 'not' failed/,
  ],
  [["settings.OTEL_EXPORTER_OTLP_HEADERS=authorization=abc"], /invalid propertyName 'OTEL_EXPORTER_OTLP_HEADERS'/],
  [["trustedProxies=10.0.0.0/8"], /'\/trustedProxies': got string, want array/],
  [["networkPolicy.databasePorts={70000}"], /'\/networkPolicy\/databasePorts\/0': maximum: got 70,?000/],
  [["ingress.enabled=true"], /ingress\.enabled publishes \/metrics: set monitoring\.metricsTokenKey/],
  [["ingress.enabled=yes"], /'\/ingress\/enabled': got string, want boolean/],
];

test("the chart refuses values that would not work, and names them", async () => {
  await Promise.all(refused.map(async ([values, reason]) => {
    const url = values.length === 0 || values[0]!.startsWith("publicUrl") ? [] : ["publicUrl=https://auth.example.com"];
    const { success, stderr } = await run(
      "helm",
      template("sentinel", [...url, ...values].flatMap((v) => ["--set", v])),
    );
    assert.ok(!success, values.join());
    assert.match(stderr.replace(/\s+/g, " "), reason);
  }));
});

test("helm lint has nothing to say about the chart", async () => {
  const { success, stdout, stderr } = await run("helm", [
    "lint",
    "--strict",
    "--kube-version",
    "1.34.0",
    chart,
    ...production,
  ]);
  assert.ok(success, stdout + stderr);
});

Deno.test("the chart takes no secret as a value, and knows each name", async () => {
  const schema = JSON.parse(await Deno.readTextFile(join(chart, "values.schema.json")));
  const { propertyNames, additionalProperties } = schema.properties.settings;
  const kept: string[] = propertyNames.not.anyOf.find((refused: { enum?: string[] }) => refused.enum).enum;
  const secret = settingNames.filter((name) =>
    (settings[name] as Setting).secret !== undefined && name.startsWith("SENTINEL_")
  );
  assert.ok(secret.length > 5);
  for (const name of secret.filter((name) => !kept.includes(name))) {
    const { schema, secret: shown } = settings[name] as Setting;
    const given = "smtps://ada:pw@mail.example.com";
    assert.ok(typeof shown === "function" && schema.safeParse(given).success, `${name} is no URL`);
    assert.match(given, new RegExp(additionalProperties.not.pattern));
  }
  const names = [...settingNames, ...settingNames.map((name) => `${name}_FILE`)];
  for (const name of kept) assert.ok(names.includes(name), name);
});
