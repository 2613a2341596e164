import { statSync } from "node:fs"
import { createPrivateKey, sign, type KeyObject } from "node:crypto"
import { dirname, resolve } from "node:path"
import { Schema } from "effect"
import { knownTimeZones } from "../../../engine/core/calendar/local-day.ts"
import { MOST_READINGS } from "../../modbus/gateway/seal-batches.ts"
import { addressOf, type Transport } from "../../modbus/transport/transport.ts"
import { readChecked } from "../world/checked-file.ts"
import { checkMeter } from "./check-meter.ts"
import { between, checkLines, lineFields, lineOf, readCertificate, readPem, type Fail } from "./configured-line.ts"

const name = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,64}$/)))

const Meter = Schema.Struct({
  meteringPoint: name,
  /** Whose metering point it is: a batch holds readings of one member only. */
  member: name,
  direction: Schema.Literals(["withdrawal", "injection"]),
  profile: Schema.String,
  ...lineFields,
  unit: between(0, 255),
  /** Power of the connection in W. */
  ratedWatts: between(1, 2_000_000_000)
})

const GatewayFile = Schema.Struct({
  area: name,
  engine: Schema.Struct({
    url: Schema.String.pipe(Schema.check(Schema.isPattern(/^https:\/\/[^/\s]+\/?$/))),
    /** PEM of the area's authority. */
    authority: Schema.String,
    /** The operator's public key, which signs receipts: 64 hexadecimal digits. */
    publicKey: Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/)))
  }),
  certificate: Schema.String,
  key: Schema.String,
  store: Schema.String,
  /** Megabytes that the store may take at the most; all of the disk where it is left out. */
  storeMegabytes: Schema.optionalKey(between(1, 1_000_000)),
  pollSeconds: between(1, 3_600),
  batch: Schema.Struct({ readings: between(1, MOST_READINGS), seconds: between(0, 3_600) }),
  /** How long a device may take to answer, in ms; 1,000 where it is left out. */
  answerTimeoutMs: Schema.optionalKey(between(50, 60_000)),
  /** Where the installer of the meters lives, for clocks of meters that show local time; this machine's zone where it is left out. */
  timeZone: Schema.optionalKey(Schema.Literals([...knownTimeZones] as [string, ...Array<string>])),
  /** "system": this machine's clock; "market": the engine's market time, for demo worlds. */
  clock: Schema.Literals(["system", "market"]),
  meters: Schema.NonEmptyArray(Meter)
})
type GatewayFile = Schema.Schema.Type<typeof GatewayFile>
/** A meter of the configuration, and the line that it is reached by. */
export interface ConfiguredMeter extends Schema.Schema.Type<typeof Meter> {
  readonly line: Transport
}

/** A checked configuration with its keys, paths made absolute. */
export interface GatewayConfig extends Omit<GatewayFile, "meters"> {
  readonly meters: ReadonlyArray<ConfiguredMeter>
  readonly signer: { readonly publicKey: Uint8Array; readonly algorithm: "ed25519"; readonly sign: (message: Uint8Array) => Uint8Array }
  readonly pem: { readonly authority: string; readonly certificate: string; readonly key: string }
}

const kind = {
  what: "the gateway's configuration",
  mendUnreadable: "name it by --config FILE; docs/guides/gateway.md has one to begin with",
  mendContent: "correct the file; docs/guides/gateway.md describes every field"
}

const readKey = (fail: Fail, file: string): { readonly text: string; readonly key: KeyObject } => {
  const text = readPem(fail, "key", file)
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) fail("key", `others may read ${file}: chmod 600 it`)
  try {
    const key = createPrivateKey(text)
    return key.asymmetricKeyType === "ed25519" ? { text, key } : fail("key", `${file} holds a key of type ${key.asymmetricKeyType}, and a gateway's key is Ed25519`)
  } catch (cause) {
    return cause instanceof Error && cause.name === "UserError" ? (() => { throw cause })() : fail("key", `${file} is no private key in PEM`)
  }
}

const checkMeters = (fail: Fail, near: (name: string) => string, meters: GatewayFile["meters"]): Array<ConfiguredMeter> => {
  const seen = new Set<string>()
  const counters = new Map<string, string>()
  const found = meters.map((meter, index): ConfiguredMeter => {
    const { meteringPoint, unit, direction } = meter
    const place = `meters[${index}]`
    if (seen.has(meteringPoint)) fail(`${place}.meteringPoint`, `${meteringPoint} stands twice`)
    seen.add(meteringPoint)
    const line = lineOf(fail, place, near, meter)
    checkMeter(fail, place, meter, line)
    const counter = `${addressOf(line)} ${unit} ${direction}`
    const other = counters.get(counter)
    if (other !== undefined) fail(`${place}.unit`, `${other} reads the same counter: its energy would be settled twice`)
    counters.set(counter, meteringPoint)
    return { ...meter, line }
  })
  checkLines(fail, found.map(({ line }) => line))
  return found
}

/** Reads and checks a gateway's configuration, its keys and certificates; an error names file, line and field. */
export const loadGatewayConfig = (path: string, now: Date = new Date()): GatewayConfig => {
  const file = resolve(path)
  const { value, fail } = readChecked(GatewayFile, file, kind)
  const near = (name: string): string => resolve(dirname(file), name)
  const meters = checkMeters(fail, near, value.meters)
  const { text: key, key: privateKey } = readKey(fail, near(value.key))
  const { text: certificate, certificate: own } = readCertificate(fail, "certificate", near(value.certificate))
  const { text: authority, certificate: issuer } = readCertificate(fail, "engine.authority", near(value.engine.authority))
  if (!own.checkPrivateKey(privateKey)) fail("certificate", "it is not over the key in `key`: ask the operator for one over this key")
  if (!own.checkIssued(issuer) || !own.verify(issuer.publicKey)) fail("certificate", "the authority in `engine.authority` did not sign it")
  if (own.validToDate < now) fail("certificate", `it ended on ${own.validTo}: ask the operator for a new one over the same key`)
  return {
    ...value,
    meters,
    store: near(value.store),
    pem: { authority, certificate, key },
    signer: {
      publicKey: new Uint8Array(own.publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
      algorithm: "ed25519",
      sign: (message) => new Uint8Array(sign(null, message, privateKey))
    }
  }
}
