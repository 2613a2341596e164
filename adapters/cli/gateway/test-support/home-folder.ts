/** A folder with keys, certificates and a configuration, as a home's gateway has it. */
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeAuthority, openAuthority } from "../../../http/gateway/certificates.ts"

/** A home's folder; `write` puts a configuration there and returns its path. */
export interface HomeFolder {
  readonly folder: string
  readonly secret: Uint8Array
  readonly meter: Readonly<Record<string, unknown>>
  readonly put: (name: string, text: string) => void
  readonly write: (change?: Readonly<Record<string, unknown>>) => string
  readonly close: () => void
}

/** Makes the folder; the gateway's certificate is the area's. */
export const homeFolder = async (area = "a1"): Promise<HomeFolder> => {
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-home-"))
  const secret = new Uint8Array(createHash("sha256").update("a home").digest())
  const authority = await openAuthority(await makeAuthority(area))
  const { certificate, key } = await authority.forGateway(secret, "home")
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 })
  put("gateway.pem", certificate)
  put("gateway.key", key)
  put("authority.pem", authority.certificate)
  const meter = { meteringPoint: "p1", member: "ada", direction: "withdrawal", profile: "eastron-sdm630", host: "127.0.0.1", port: 502, unit: 1, ratedWatts: 17_000 }
  const write = (change: Readonly<Record<string, unknown>> = {}): string => {
    const config = {
      area,
      engine: { url: "https://127.0.0.1:9", authority: "authority.pem", publicKey: "0".repeat(64) },
      certificate: "gateway.pem", key: "gateway.key", store: "gateway.sqlite", pollSeconds: 1,
      batch: { readings: 96, seconds: 0 }, clock: "system", meters: [meter], ...change
    }
    put("gateway.json", JSON.stringify(config, null, 2))
    return join(folder, "gateway.json")
  }
  return { folder, secret, meter, put, write, close: () => rmSync(folder, { recursive: true, force: true }) }
}
