import assert from "node:assert/strict";
import { cidr } from "../vocabulary/settings/setting_schemas.ts";
import { reachOf } from "./network.ts";

const reaches = (ips: string[], allowed: string[] = []) =>
  ips.map((ip) => reachOf(ip, allowed.map((text) => cidr.parse(text))));
const each = (ips: string[], reach: string) => ips.map(() => reach);

Deno.test("reachOf: only global unicast addresses are on the internet", () => {
  const internet = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"];
  assert.deepEqual(reaches(internet), each(internet, "public"));
  const others = [
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.1.1", "198.18.0.1"],
    ...["192.0.2.1", "192.88.99.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "100::1", "2001:db8::1", "4000::1"],
    ...["::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1"], // IPv4-mapped (RFC 4291 §2.5.5.2)
    ...["::7f00:1", "::808:808"], // IPv4-compatible (RFC 4291 §2.5.5.1)
    ...["64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"], // NAT64 (RFC 6052, RFC 8215)
    ...["2002:a00:1::", "2002:808:808::1", "2001::1"], // 6to4 (RFC 3056), Teredo (RFC 4380)
    ...["", "localhost", "10.0.0.1/8", "fe80::1%eth0"],
  ];
  assert.deepEqual(reaches(others), each(others, "refused"));
});

Deno.test("reachOf: an allowed network is allowed, and no other with it", () => {
  assert.deepEqual(
    reaches(["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "11.0.0.1", "10.0.0.1", "8.8.8.8"], [
      "10.1.0.0/16",
      "fd12::/16",
    ]),
    ["allowed", "allowed", "allowed", "public", "refused", "public"],
  );
});

Deno.test("reachOf: the metadata services of clouds are refused even inside an allowed network", () => {
  const metadata = [
    ...["169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "192.0.0.192"],
    ...["fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"],
    ...["::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe"],
    "2002:a9fe:a9fe::1",
  ];
  const allowed = ["169.254.0.0/16", "168.0.0.0/8", "100.64.0.0/10", "192.0.0.0/8", "fc00::/7"];
  const wide = ["2002::/16", "64:ff9b::/32", "::/96"];
  assert.deepEqual(reaches(metadata, [...allowed, ...wide]), each(metadata, "refused"));
});
