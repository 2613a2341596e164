import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { makeAuthority, openAuthority, type Authority, type Identity } from "../../http/gateway/certificates.ts"
import { UserError } from "../user-error.ts"

/** Folder of a data folder with the authority that certifies its gateways. */
export const authorityFolder = (data: string): string => join(data, "gateway-uplink")

/** Keys are for their owner's eyes only, and a file is there whole or not at all. */
const writeWhole = (file: string, text: string, mode: number): void => {
  writeFileSync(`${file}.new`, text, { mode })
  renameSync(`${file}.new`, file)
}

const readAuthority = (folder: string): Identity => {
  try {
    return { certificate: readFileSync(join(folder, "authority.pem"), "utf8"), key: readFileSync(join(folder, "authority.key"), "utf8") }
  } catch (cause) {
    throw new UserError(`the gateways' authority in ${folder} cannot be read (${(cause as Error).message})`, "restore the folder; without it every gateway needs a new certificate")
  }
}

/** What a gateway's configuration needs to know of the engine. */
export interface EngineFacts {
  readonly area: string
  /** The operator's public key in hexadecimal digits: it signs receipts. */
  readonly publicKey: string
}

/** What the engine of a data folder told about itself when it started. */
export const readEngineFacts = (data: string): EngineFacts => {
  const file = join(authorityFolder(data), "engine.json")
  try {
    return JSON.parse(readFileSync(file, "utf8")) as EngineFacts
  } catch (cause) {
    throw new UserError(`${file} cannot be read (${(cause as Error).message})`, "start the engine on this data folder once")
  }
}

/** The authority of a data folder, made at its first start. */
export const ensureAuthority = async (data: string, facts: EngineFacts): Promise<Authority> => {
  const folder = authorityFolder(data)
  if (!existsSync(join(folder, "authority.pem"))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { certificate, key } = await makeAuthority(facts.area)
    // The certificate last: where it is, the key is.
    writeWhole(join(folder, "authority.key"), key, 0o600)
    writeWhole(join(folder, "authority.pem"), certificate, 0o644)
  }
  writeWhole(join(folder, "engine.json"), `${JSON.stringify(facts, null, 2)}\n`, 0o644)
  return existingAuthority(data)
}

/** The authority of a data folder that was started before. */
export const existingAuthority = async (data: string): Promise<Authority> => {
  const folder = authorityFolder(data)
  if (!existsSync(join(folder, "authority.pem"))) throw new UserError(`${data} has no authority for gateways`, "name the data folder that `start` printed, by --data DIR")
  try {
    return await openAuthority(readAuthority(folder))
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError(`the gateways' authority in ${folder} is damaged (${(cause as Error).message})`, "restore the folder from a backup")
  }
}
