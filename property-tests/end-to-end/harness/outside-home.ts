import { execFileSync, spawn } from "node:child_process"
import { createPrivateKey, createPublicKey } from "node:crypto"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { emptyFolder, repository, runCommonwatt } from "./market-process.ts"

/** A meter of a home outside: where it answers, and whose metering point it is. */
export interface OutsideMeter {
  readonly meteringPoint: string
  readonly member: string
  readonly profile: string
  readonly port: number
}

/** A gateway that runs. */
export interface OutsideGateway {
  /** What it has said so far. */
  readonly said: () => string
  /** Ends it as systemd does; its exit code. */
  readonly stop: () => Promise<number | null>
}

const running = new Set<OutsideGateway>()

/** Ends every gateway that a test left running, so that a test that fails leaves none behind. */
export const endGateways = async (): Promise<void> => {
  for (const gateway of running) await gateway.stop()
}

/** A home whose gateway is set up by hand, as docs/guides/gateway.md says: its key never leaves its folder. */
export const outsideHome = (name: string) => {
  const home = emptyFolder(name)
  const at = (file: string): string => join(home, file)
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", at("gateway.key")], { stdio: "ignore" })
  execFileSync("chmod", ["600", at("gateway.key")])
  execFileSync("openssl", ["req", "-new", "-key", at("gateway.key"), "-subj", `/CN=${name}`, "-out", at("gateway.csr")])
  const key = createPublicKey(createPrivateKey(readFileSync(at("gateway.key")))).export({ format: "der", type: "spki" }).subarray(-32).toString("hex")
  return {
    home,
    key,
    /** What a world file says of this home's gateway in `outsideGateways`. */
    inWorld: (meters: ReadonlyArray<OutsideMeter>) =>
      ({ name, key, meteringPoints: meters.map(({ meteringPoint, member }) => ({ meteringPoint, member, direction: "withdrawal", capacityWh: 2_750, limitPrice: 266_000 })) }),
    /** Has the operator of the market in `data` sign the certificate; what the command printed. */
    certify: async (data: string) => {
      const { stderr, stdout } = await runCommonwatt(["certify", "--data", data, "--request", at("gateway.csr"), "--out", home])
      if (stderr !== "") throw new Error(`commonwatt certify said: ${stderr}`)
      return JSON.parse(stdout) as { readonly area: string; readonly engine: { readonly publicKey: string }; readonly gatewayKey: string }
    },
    /** Writes the configuration for a market whose gateways' door is at `url`. */
    configure: ({ area, engine }: { readonly area: string; readonly engine: { readonly publicKey: string } }, url: string, clock: "market" | "system", meters: ReadonlyArray<OutsideMeter>): void =>
      writeFileSync(at("gateway.json"), JSON.stringify({
        area,
        engine: { url, authority: "authority.pem", publicKey: engine.publicKey },
        certificate: "gateway.pem", key: "gateway.key", store: "gateway.sqlite", pollSeconds: 1, batch: { readings: 96, seconds: 0 }, clock, timeZone: "Europe/Vienna",
        meters: meters.map((meter) => ({ ...meter, direction: "withdrawal", host: "127.0.0.1", unit: 1, ratedWatts: 11_000 }))
      })),
    /** Starts the gateway in a process of its own; `nodeFlags` go to Node. */
    start: (nodeFlags: ReadonlyArray<string> = [], env: NodeJS.ProcessEnv = {}): OutsideGateway => {
      const child = spawn(join(repository, "node_modules/node/bin/node"), [...nodeFlags, join(repository, "adapters/cli/gateway/main.ts"), "--config", at("gateway.json")], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, NODE_OPTIONS: "", ...env }
      })
      const ended = once(child, "exit") as Promise<[number | null]>
      let text = ""
      child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more))
      const gateway: OutsideGateway = {
        said: () => text,
        stop: async () => {
          child.kill("SIGTERM")
          const [code] = await ended
          running.delete(gateway)
          return code
        }
      }
      running.add(gateway)
      return gateway
    }
  }
}
