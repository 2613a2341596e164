import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { existingAuthority, readEngineFacts } from "../start/gateway-authority.ts"
import { makeFolder } from "../make-folder.ts"
import { UserError } from "../user-error.ts"

const certify = async (data: string, requestFile: string, out: string): Promise<string> => {
  const authority = await existingAuthority(data)
  const { area, publicKey } = readEngineFacts(data)
  const request = readRequest(requestFile)
  const issued = await authority.forRequest(request).catch((cause: unknown) => {
    throw new UserError(`${requestFile} is no certificate request for a gateway (${cause instanceof Error ? cause.message : String(cause)})`, "make one as docs/guides/gateway.md shows, by openssl req -new -key gateway.key")
  })
  try {
    makeFolder(out)
    for (const [name, text] of [["gateway.pem", issued.certificate], ["authority.pem", authority.certificate]] as const) {
      if (existsSync(join(out, name)) && name === "gateway.pem") throw new UserError(`${join(out, name)} is there already`, "name another folder by --out")
      writeFileSync(join(out, name), text)
    }
  } catch (cause) {
    throw cause instanceof UserError ? cause : new UserError(`the certificate cannot be written (${(cause as Error).message})`, "name a folder of yours by --out")
  }
  return JSON.stringify({ area, engine: { publicKey }, gatewayKey: toHex(issued.publicKey), certificate: join(out, "gateway.pem"), authority: join(out, "authority.pem") }, null, 2)
}

const readRequest = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    throw new UserError(`${file} cannot be read (${(cause as Error).message})`, "name the installer's request by --request FILE")
  }
}

/** `commonwatt certify`: the operator's side of a new gateway. */
export const certifyCommand = Command.make(
  "certify",
  {
    data: Flag.String("data").pipe(Flag.withDescription("Data folder of the engine")),
    request: Flag.String("request").pipe(Flag.withDescription("The gateway's certificate request, PEM")),
    out: Flag.String("out").pipe(Flag.withDescription("Folder for gateway.pem and authority.pem"))
  },
  ({ data, request, out }) =>
    Effect.map(
      Effect.tryPromise({ try: () => certify(data, request, out), catch: (cause) => (cause instanceof UserError ? cause : new UserError(String(cause), "this is a defect of ours: please report it")) }),
      (facts) => void process.stdout.write(`${facts}\n`)
    )
).pipe(Command.withDescription("Sign a gateway's certificate request, and tell what its configuration needs"))
