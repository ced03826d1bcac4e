import type { z } from "zod";
import * as s from "../vocabulary/setting_schemas.ts";

/** One row of {@link settings}. */
export interface Setting {
  /** What the setting is for, with its unit and the source of the rule; one line. */
  about: string;
  /** Turns text into the value; its message completes the sentence "<NAME> …". */
  schema: z.ZodType<unknown, string>;
  /** Stands in for the unset setting: text, or text made from the rows above. */
  default?: string | ((text: (name: string) => string) => string);
  /** What documents show in place of a default that is computed or absent. */
  otherwise?: string;
  /** Never shown: `true` all of it, a function all that it leaves out. */
  secret?: true | ((text: string) => string);
}

/**
 * Every setting of Sentinel. The reader, `config print`, `.env.example` and `docs/settings.md` follow from it.
 */
export const settings = {
  PORT: {
    about: "TCP port to listen on",
    schema: s.integer(1, 65535),
    default: "8000",
  },
  HOST: {
    about: "Address to listen on; 0.0.0.0 or :: for every interface",
    schema: s.matching(/^\S+$/, "must be an address or a host name"),
    default: "127.0.0.1",
  },
  DATABASE_URL: {
    about: "PostgreSQL 15 to 18, as postgres://user:password@host:5432/database",
    schema: s.postgresUrl,
    otherwise: "embedded database",
    secret: s.withoutPassword,
  },
  SENTINEL_DATA_DIR: {
    about: "Folder of the embedded database and its secret: ./data, /data or /var/lib/sentinel, or one inside these",
    schema: s.anything,
    default: "./data",
  },
  SENTINEL_PUBLIC_URL: {
    about: "URL that clients call, without a path; issuer and audience of tokens (RFC 8414 §2, RFC 9068 §2.2)",
    schema: s.issuerUrl,
    default: (text) => `http://localhost:${text("PORT")}`,
    otherwise: "http://localhost:PORT",
  },
  SENTINEL_DB_SCHEMA: {
    about: "PostgreSQL schema that holds everything of Sentinel's",
    schema: s.matching(
      /^(?!pg_)[a-z_][a-z0-9_]{0,40}$/,
      "must match [a-z_][a-z0-9_]{0,40}, and not begin with pg_, which PostgreSQL keeps for itself",
    ),
    default: "sentinel",
  },
  SENTINEL_DB_POOL_SIZE: {
    about: "Most connections to PostgreSQL per replica; the embedded database has one",
    schema: s.integer(1, 1000),
    default: "10",
  },
  SENTINEL_DB_WAIT_SECONDS: {
    about: "How long `serve` waits at its start for the database, in seconds",
    schema: s.integer(0, 3600),
    default: "60",
  },
  SENTINEL_CHANGE_FEED: {
    about: "How replicas hear of changes: `listen`, or `ttl` where LISTEN is missing (transaction-mode poolers)",
    schema: s.oneOf("listen", "ttl"),
    default: "listen",
  },
  SENTINEL_SECRET: {
    about: "32 random bytes in base64, the root of every derived key (RFC 5869); required with DATABASE_URL",
    schema: s.secret32,
    otherwise: "made once, kept in the data folder",
    secret: true,
  },
  SENTINEL_SECRET_PREVIOUS: {
    about: "Accepted too while the secret changes: first the next one, on every replica, then the one before",
    schema: s.secret32,
    secret: true,
  },
  SENTINEL_RECIPIENT_SECRET: {
    about: "The SENTINEL_SECRET of the installation that `db export` writes for",
    schema: s.secret32,
    otherwise: "this installation's own secret",
    secret: true,
  },
  SENTINEL_IMPORT_DATABASE_URL: {
    about: "Database of the old system, which `user import --from seed` reads where no file is named",
    schema: s.postgresUrl,
    secret: s.withoutPassword,
  },
  SENTINEL_ADMIN_USERNAME: {
    about: "Username of the first admin; used only while there is no admin, with the two below",
    schema: s.anything,
  },
  SENTINEL_ADMIN_EMAIL: {
    about: "E-mail address of the first admin",
    schema: s.anything,
  },
  SENTINEL_ADMIN_PASSWORD: {
    about: "Password of the first admin",
    schema: s.anything,
    secret: true,
  },
  SENTINEL_ACCESS_TOKEN_TTL_SECONDS: {
    about: "Lifetime of an access token, in seconds; a revoked session ends it sooner",
    schema: s.integer(60, 86_400),
    default: "600",
  },
  SENTINEL_SESSION_IDLE_SECONDS: {
    about: "Time without a refresh after which a session ends, in seconds (ASVS 7.3.1)",
    schema: s.integer(60, 31_536_000),
    default: "604800",
  },
  SENTINEL_SESSION_MAX_SECONDS: {
    about: "Time after the login at which a session ends whatever happens, in seconds (ASVS 7.3.2)",
    schema: s.integer(60, 31_536_000),
    default: "2592000",
  },
  SENTINEL_SESSIONS_PER_USER_MAX: {
    about: "Most live sessions of one user: a login past it ends the oldest (ASVS 7.1.2)",
    schema: s.integer(1, 10_000),
    default: "1000",
  },
  SENTINEL_REFRESH_GRACE_SECONDS: {
    about:
      "Seconds in which the replaced refresh token is answered whether or not the next one was used (RFC 9700 §4.14.2)",
    schema: s.integer(0, 60),
    default: "10",
  },
  SENTINEL_PASSWORD_HASH: {
    about: "How new passwords are hashed: `argon2id` (RFC 9106) or `bcrypt`; the other kind still verifies",
    schema: s.oneOf("argon2id", "bcrypt"),
    default: "argon2id",
  },
  SENTINEL_BCRYPT_COST: {
    about: "Cost of new bcrypt hashes, as the power of two of the rounds",
    schema: s.integer(10, 15),
    default: "12",
  },
  SENTINEL_PASSWORD_MIN_LENGTH: {
    about: "Fewest characters of a new password (ASVS 6.2.1)",
    schema: s.integer(8, 64),
    default: "8",
  },
  SENTINEL_HASH_CONCURRENCY: {
    about: "Most passwords hashed at once",
    schema: s.integer(1, 1024),
    default: () => String(navigator.hardwareConcurrency),
    otherwise: "cores",
  },
  SENTINEL_HASH_QUEUE_MAX: {
    about: "Most passwords waiting to be hashed; beyond them the answer is 503",
    schema: s.integer(0, 1_000_000),
    default: (text) => String(64 * Number(text("SENTINEL_HASH_CONCURRENCY"))),
    otherwise: "64 × SENTINEL_HASH_CONCURRENCY",
  },
  SENTINEL_PASSWORD_BLOCKLIST: {
    about: "Whether passwords that are easy to guess, or a name, are refused: `on` or `off` (SP 800-63B-4 §3.1.1.2)",
    schema: s.onOff,
    default: "on",
  },
  SENTINEL_REGISTRATION: {
    about: "Whether `POST /register` creates accounts: `open`, or `off` where only administrators create them",
    schema: s.oneOf("open", "off"),
    default: "open",
  },
  SENTINEL_RESERVED_USERNAMES: {
    about:
      "Usernames, separated by commas, that only `user create` and SENTINEL_ADMIN_USERNAME give, nor ones that look alike",
    schema: s.list(s.matching(/^.{1,64}$/u, "must have 1 to 64 characters")),
    default: "abuse,admin,administrator,anonymous,false,help,hostmaster,info,me,moderator,nan,nil,none,noreply,null," +
      "official,postmaster,root,security,self,sentinel,staff,superuser,support,sysadmin,system,true,undefined,webmaster",
  },
  SENTINEL_RATE_LIMIT: {
    about: "Whether logins, registrations and changes of the own names are limited: `on` or `off`",
    schema: s.onOff,
    default: "on",
  },
  SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: {
    about: "Failed logins from one address (IPv6: one /64), count/seconds; raise it for a site behind one NAT",
    schema: s.rate,
    default: "50/900",
  },
  SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: {
    about: "Failed logins by one name, and of one account from each address it is known from, count/seconds",
    schema: s.rate,
    default: "10/900",
  },
  SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: {
    about: "Registrations from one address (IPv6: one /64), count/seconds",
    schema: s.rate,
    default: "20/3600",
  },
  SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE: {
    about: "Changes of the own username or e-mail address by one user, refused ones too, count/seconds",
    schema: s.rate,
    default: "10/3600",
  },
  SENTINEL_TRUSTED_PROXIES: {
    about: "Addresses and CIDRs, separated by commas, whose forwarded header is believed",
    schema: s.list(s.cidr),
    default: "",
    otherwise: "none",
  },
  SENTINEL_FORWARDED_HEADER: {
    about: "Header of trusted proxies with the client's address: `x-forwarded-for`, or `forwarded` (RFC 7239)",
    schema: s.oneOf("x-forwarded-for", "forwarded"),
    default: "x-forwarded-for",
  },
  SENTINEL_CORS_ORIGINS: {
    about: "Exact origins, separated by commas, whose pages may call Sentinel (RFC 6454 §6.2)",
    schema: s.list(s.origin),
    default: "",
    otherwise: "none",
  },
  SENTINEL_METRICS_TOKEN: {
    about: "Bearer token that `GET /metrics` asks for, 16 characters or more (RFC 6750 §2.1)",
    schema: s.matching(/^[A-Za-z0-9._~+/-]{16,}=*$/, "must be 16 or more of A-Z a-z 0-9 . _ ~ + / - (RFC 6750 §2.1)"),
    otherwise: "open",
    secret: true,
  },
  SENTINEL_DOCS: {
    about: "Whether `GET /docs` and `GET /openapi.json` are served: `on` or `off`",
    schema: s.onOff,
    default: "on",
  },
  SENTINEL_LOG_LEVEL: {
    about: "Least level that is logged: `debug` (the same as `info` so far), `info`, `warn` or `error`",
    schema: s.oneOf("debug", "info", "warn", "error"),
    default: "info",
  },
  SENTINEL_LOG_FORMAT: {
    about: "Form of the log: `json` or `pretty`",
    schema: s.oneOf("json", "pretty"),
    otherwise: "pretty on a terminal, json elsewhere",
  },
  SENTINEL_ACCESS_LOG_SAMPLE: {
    about: "Share of the successful requests that are logged, from 0 to 1",
    schema: s.fraction,
    default: "1",
  },
  SENTINEL_DRAIN_SECONDS: {
    about: "Time that a replica told to stop serves on while `/readyz` says 503, in seconds: balancers go elsewhere",
    schema: s.integer(0, 300),
    default: "0",
  },
  SENTINEL_MIGRATE: {
    about: "At the start of `serve`: `auto` applies migrations, `check` refuses to start without them",
    schema: s.oneOf("auto", "check"),
    default: "auto",
  },
} as const satisfies Record<string, Setting>;

/** A key of {@link settings}. */
export type SettingName = keyof typeof settings;

/** All names, in the table's order. */
export const settingNames = Object.keys(settings) as SettingName[];

/** What each row's schema gives; undefined too where there is no default. */
export type SettingValues = {
  [Name in SettingName]:
    | z.output<(typeof settings)[Name]["schema"]>
    | ((typeof settings)[Name] extends { default: unknown } ? never : undefined);
};
