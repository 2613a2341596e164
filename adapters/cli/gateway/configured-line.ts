import { accessSync, constants, readFileSync } from "node:fs"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { Schema } from "effect"
import { roleOf } from "../../modbus/transport/certificate-role.ts"
import { addressOf, type Transport } from "../../modbus/transport/transport.ts"

export const between = (minimum: number, maximum: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))

/** How a meter is reached, as its configuration says it; which fields go with which transport, {@link lineOf} checks. */
export const lineFields = {
  /** Modbus/TCP where it is left out, RTU where `device` is given. */
  transport: Schema.optionalKey(Schema.Literals(["tcp", "rtu-over-tcp", "tls", "rtu"])),
  host: Schema.optionalKey(Schema.String),
  port: Schema.optionalKey(between(1, 65_535)),
  /** Path of the serial port. */
  device: Schema.optionalKey(Schema.String),
  serial: Schema.optionalKey(
    Schema.Struct({
      baud: Schema.optionalKey(between(300, 1_000_000)),
      dataBits: Schema.optionalKey(Schema.Literals([7, 8])),
      parity: Schema.optionalKey(Schema.Literals(["none", "even", "odd"])),
      stopBits: Schema.optionalKey(Schema.Literals([1, 2]))
    })
  ),
  /** PEM files of a Modbus/TCP Security connection. */
  tls: Schema.optionalKey(
    Schema.Struct({
      certificate: Schema.String,
      key: Schema.String,
      authority: Schema.String,
      serverName: Schema.optionalKey(Schema.String),
      /** False accepts a device whose certificate carries no Modbus role. */
      deviceNeedsRole: Schema.optionalKey(Schema.Boolean)
    })
  )
} as const
const LineFields = Schema.Struct(lineFields)
type LineFields = Schema.Schema.Type<typeof LineFields>

/** Ends with an error at a field of the file. */
export type Fail = (field: string, text: string) => never

/** A PEM file's text, or an error at the field that names it. */
export const readPem = (fail: Fail, field: string, file: string): string => {
  try {
    accessSync(file, constants.R_OK)
    return readFileSync(file, "utf8")
  } catch (cause) {
    return fail(field, `${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`)
  }
}

/** A certificate in PEM, or an error at the field that names it. */
export const readCertificate = (fail: Fail, field: string, file: string): { readonly text: string; readonly certificate: X509Certificate } => {
  const text = readPem(fail, field, file)
  try {
    return { text, certificate: new X509Certificate(text) }
  } catch {
    return fail(field, `${file} is no certificate in PEM`)
  }
}

type TlsLine = Extract<Transport, { readonly transport: "tls" }>

const tlsOf = (fail: Fail, field: string, near: (name: string) => string, { certificate, key, authority, ...rest }: NonNullable<LineFields["tls"]>): TlsLine["tls"] => {
  const own = readCertificate(fail, `${field}.certificate`, near(certificate))
  if (roleOf(own.certificate.raw) === null) fail(`${field}.certificate`, "it carries no Modbus role (extension 1.3.6.1.4.1.50316.802.1): whoever runs the devices' authority adds one")
  const keyText = readPem(fail, `${field}.key`, near(key))
  if (!isKeyOf(own.certificate, keyText)) fail(`${field}.key`, `${near(key)} is no key of the certificate, in PEM without a password`)
  return { certificate: own.text, key: keyText, authority: readCertificate(fail, `${field}.authority`, near(authority)).text, ...rest }
}

const isKeyOf = (certificate: X509Certificate, text: string): boolean => {
  try {
    return certificate.checkPrivateKey(createPrivateKey(text))
  } catch {
    return false
  }
}

/** Fields that each transport has no use for: what stands there is a mistake, not a wish. */
const USELESS = {
  tcp: ["device", "serial", "tls"],
  "rtu-over-tcp": ["device", "serial", "tls"],
  tls: ["device", "serial"],
  rtu: ["host", "port", "tls"]
} as const
const USUAL_PORT = { tcp: 502, "rtu-over-tcp": undefined, tls: 802 } as const

/** The transport that a meter's fields name; an error stands at the field that does not fit. `near` makes names of files absolute. */
export const lineOf = (fail: Fail, place: string, near: (name: string) => string, fields: LineFields): Transport => {
  const transport = fields.transport ?? (fields.device === undefined ? "tcp" : "rtu")
  for (const name of USELESS[transport]) if (fields[name] !== undefined) fail(`${place}.${name}`, `it does not go with the transport ${transport}`)
  const need = <A>(value: A | undefined, name: string, why: string): A => value ?? fail(place, `\`${name}\` is missing: ${why}`)
  if (transport === "rtu") {
    const device = need(fields.device, "device", "the path of the serial port, such as /dev/ttyUSB0")
    return { transport, device, ...(fields.serial !== undefined && { serial: fields.serial }) }
  }
  const host = need(fields.host, "host", "the address of the device (or `device` for a serial port)")
  const port = need(fields.port ?? USUAL_PORT[transport], "port", "the TCP port of the serial server")
  if (transport !== "tls") return { transport, host, port }
  return { transport, host, port, tls: tlsOf(fail, `${place}.tls`, near, need(fields.tls, "tls", "both sides show a certificate")) }
}

/** Everything that two meters on one line must say alike. */
const settingsOf = (line: Transport): string => JSON.stringify(line, Object.keys({ ...line, ...("serial" in line ? line.serial : {}), ...("tls" in line ? line.tls : {}) }).sort())

/** Meters on one line share its connection, so they must say the same of it. */
export const checkLines = (fail: Fail, lines: ReadonlyArray<Transport>): void => {
  const first = new Map<string, number>()
  for (const [index, line] of lines.entries()) {
    const before = first.get(addressOf(line))
    if (before === undefined) first.set(addressOf(line), index)
    else if (settingsOf(lines[before]!) !== settingsOf(line)) fail(`meters[${index}]`, `meters[${before}] says otherwise of the same line ${addressOf(line)}: transport, serial and tls of one line are one and the same`)
  }
}
