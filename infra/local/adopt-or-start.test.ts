import { join } from "node:path"
import { expect, test } from "vitest"
import { adoptOrStart, type Server, type ServerPlan } from "./adopt-or-start.ts"
import { accepts } from "./kafka-answers.ts"
import { PartUnavailable } from "./part.ts"
import { isFree } from "./ports.ts"
import { identify, readRecord, writeRecord } from "./process-record.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"

const { folder, keep } = await temporaryFolder()

const listening = `import { createServer } from "node:net"; createServer().listen(Number(process.argv[1]), "127.0.0.1")`

const plan = (name: string, program = listening): ServerPlan => ({
  part: "test server",
  version: "1",
  dataDir: join(folder, name),
  progress: () => {},
  portNames: ["port"],
  wantedPorts: {},
  prepare: async ({ port }) => ({
    command: process.execPath,
    args: ["--input-type=module", "-e", program, String(port)],
    cwd: folder,
    env: process.env
  }),
  answers: ({ port = 0 }) => accepts(port),
  patience: 10_000,
  stopLadder: [["SIGTERM", 300]]
})

const started = async (it: ServerPlan): Promise<Server> => {
  const server = await adoptOrStart(it)
  keep({ name: it.part, pid: server.process.pid, adopted: server.adopted, stop: server.stop })
  return server
}

test("two starts of one folder at the same time give one process", async () => {
  const both = await Promise.all([started(plan("twice")), started(plan("twice"))])
  expect(new Set(both.map((server) => server.process.pid)).size).toBe(1)
  expect(both.map((server) => server.adopted).sort()).toEqual([false, true])
})

test("a running server of another version is replaced on its port", async () => {
  const first = await started(plan("upgraded"))
  const second = await started({ ...plan("upgraded"), version: "2" })
  expect(second).toMatchObject({ adopted: false, ports: first.ports })
  expect(identify(first.process.pid)).toBeUndefined()
})

test("a server that heeds no signal is killed, and its port is remembered", async () => {
  const stubborn = plan("stubborn", `process.on("SIGTERM", () => {}); ${listening}`)
  const first = await started(stubborn)
  await first.stop()
  expect(identify(first.process.pid)).toBeUndefined()
  expect((await started(stubborn)).ports).toEqual(first.ports)
})

test("what a server says before it dies becomes the cause", async () => {
  const dying = plan("dying", `console.error("the moon is full"); process.exit(3)`)
  const refused = await adoptOrStart(dying).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PartUnavailable)
  expect(refused).toHaveProperty("cause", expect.stringContaining("the moon is full"))
  expect(refused).toHaveProperty("mend", expect.stringContaining("server.log"))
})

test("a server that gives up on its own terms leaves no process", async () => {
  let port = 0
  const answers = (ports: Readonly<Record<string, number>>): Promise<boolean> => {
    port = ports["port"] ?? 0
    return Promise.reject(new Error("wrong server"))
  }
  await expect(adoptOrStart({ ...plan("wrong"), answers })).rejects.toThrow("wrong server")
  expect(readRecord(join(folder, "wrong"))?.process).toBeUndefined()
  expect(await isFree(port)).toBe(true)
})

test("a record whose pid now belongs to somebody else is not adopted", async () => {
  const first = await started(plan("stale"))
  await first.stop()
  writeRecord(join(folder, "stale"), { part: "test server", version: "1", ports: first.ports, process: { pid: process.pid, startMark: "earlier" } })
  const second = await started(plan("stale"))
  expect(second.adopted).toBe(false)
  expect(second.process.pid).not.toBe(process.pid)
})
