// Time from `npm start` to the first trade that the console can show, in seconds:
//   npm run bench -- first-trade [--clone DIR]
// DIR is a clone; whether it is installed already is up to whoever measures. The data folder is a new, empty one.
import { spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const { values } = parseArgs({ allowPositionals: true, options: { clone: { type: "string", default: fileURLToPath(new URL("../../", import.meta.url)) } } })

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const port = await freePort()
const data = mkdtempSync(join(tmpdir(), "commonwatt-first-trade-"))
const began = performance.now()
const child = spawn("npm", ["start", "--", "--no-chain", "--port", String(port), "--data", data], { cwd: values.clone, stdio: "ignore", detached: true })

const hasTrade = async (): Promise<boolean> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/trades?limit=1`)
    return answer.ok && ((await answer.json()) as ReadonlyArray<unknown>).length > 0
  } catch {
    return false
  }
}

while (!(await hasTrade())) {
  if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`)
  await sleep(50)
}
process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1)}\n`)
process.kill(-child.pid!, "SIGINT")
await new Promise((resolve) => child.on("close", resolve))
