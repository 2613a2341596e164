import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"

const node = join(import.meta.dirname, "../../../../node_modules/node/bin/node")

/** The gateway's program in a process of its own. */
export interface GatewayProgram {
  readonly gateway: ChildProcess
  /** All that it said, when it has ended. */
  readonly said: Promise<string>
  /** Resolves when it has said `text`. */
  readonly says: (text: string) => Promise<void>
  close(): void
}

/** Starts the gateway's program over this configuration; `flags` are Node's. */
export const runProgram = (config: string, ...flags: ReadonlyArray<string>): GatewayProgram => {
  const gateway = spawn(node, [...flags, join(import.meta.dirname, "../main.ts"), "--config", config], { stdio: ["ignore", "ignore", "pipe"] })
  let text = ""
  const said = once(gateway, "close").then(() => text)
  gateway.stderr.setEncoding("utf8").on("data", (part: string) => (text += part))
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (text.includes(wanted) && resolve())
      gateway.stderr.on("data", look)
      void said.then((all) => reject(new Error(`the gateway ended before it said ${wanted}:\n${all}`)))
      look()
    })
  return { gateway, said, says, close: () => void gateway.kill("SIGKILL") }
}
