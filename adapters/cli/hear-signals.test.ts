import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"

const node = join(import.meta.dirname, "../../node_modules/node/bin/node")

/** Sends SIGTERM at the moment at which stderr holds `greeting`; what the program ended with. */
const stoppedAt = async (greeting: string, args: ReadonlyArray<string>): Promise<{ readonly code: number | null; readonly signal: string | null }> => {
  const child = spawn(node, [...args], { stdio: ["ignore", "ignore", "pipe"] })
  const ended = once(child, "exit") as Promise<[number | null, string | null]>
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text
    if (said.includes(greeting)) child.kill("SIGTERM")
  })
  const [code, signal] = await ended
  expect(said).toContain(greeting)
  return { code, signal }
}

test("SIGTERM while a gateway loads ends it in order: whoever saw its greeting may send one", async () => {
  const config = join(tmpdir(), "commonwatt-has-no-such-file.json")
  expect(await stoppedAt("Commonwatt gateway starts\n", [join(import.meta.dirname, "gateway/main.ts"), "--config", config])).toEqual({ code: 0, signal: null })
})

test("so does the command line: its handlers are there before the engine's modules", async () => {
  // The market greets nobody that early: a preloaded line tells when SIGTERM is listened to.
  const tell = `const on = process.on; process.on = function (name, ...rest) { const result = on.call(this, name, ...rest); if (name === "SIGTERM") process.stderr.write("@hears\\n"); return result }`
  const args = ["--import", `data:text/javascript,${encodeURIComponent(tell)}`, join(import.meta.dirname, "main.ts"), "start", "--world", "nowhere.json"]
  expect(await stoppedAt("@hears\n", args)).toEqual({ code: 0, signal: null })
})
