import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { PartUnavailable } from "./part.ts"
import { withClient } from "./postgres-connection.ts"
import { crash, startElsewhere } from "./testing/other-program.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"
import { startTimescale } from "./timescale.ts"

const { folder, keep } = await temporaryFolder()
const fetching = 300_000

const one = async (url: string, sql: string): Promise<unknown> =>
  withClient(url, async (client) => Object.values((await client.query(sql)).rows[0] ?? {})[0])

describe("TimescaleDB from Debian's packages", () => {
  const dataDir = join(folder, "timescale")

  test("makes hypertables and tells nobody", { timeout: fetching }, async () => {
    const server = keep(await startTimescale({ dataDir }))
    expect(server.version).toMatch(/^17\./)
    expect(server.timescaleVersion).toMatch(/^2\./)
    expect(await one(server.url, "show timescaledb.telemetry_level")).toBe("off")
    await one(server.url, "create table readings (at timestamptz not null, wh bigint not null)")
    await one(server.url, "select create_hypertable('readings', by_range('at'))")
    await one(server.url, "insert into readings values ('2026-03-29 00:15Z', 250), ('2026-03-29 00:30Z', 250)")
    expect(await one(server.url, "select sum(wh)::int from readings group by time_bucket('1 hour', at)")).toBe(500)
    await server.stop()
  })

  test("survives its starter and is adopted with its data", { timeout: fetching }, async () => {
    const { child, started } = await startElsewhere("timescale.ts", "startTimescale", { dataDir })
    await crash(child)
    const server = keep(await startTimescale({ dataDir }))
    expect(server).toMatchObject({ adopted: true, pid: started.pid })
    expect(await one(server.url, "select count(*)::int from readings")).toBe(2)
  })

  test("a server named by COMMONWATT_POSTGRES_URL is used and left alone", async () => {
    const own = keep(await startTimescale({ dataDir }))
    const named = await startTimescale({ dataDir: join(folder, "unused"), env: { COMMONWATT_POSTGRES_URL: own.url } })
    expect(named).toMatchObject({ pid: undefined, adopted: true, port: own.port, timescaleVersion: own.timescaleVersion })
    await named.stop()
    expect(await one(own.url, "select 1")).toBe(1)
  })
})

test("a named server that does not answer is an error that does not repeat its password", async () => {
  const env = { COMMONWATT_POSTGRES_URL: "postgres://me:secret@127.0.0.1:1/nothing" }
  const refused = await startTimescale({ dataDir: join(folder, "unused"), env }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PartUnavailable)
  expect(String(refused)).toMatch(/COMMONWATT_POSTGRES_URL does not answer.*To mend it: correct the variable/)
  expect(String(refused)).not.toContain("secret")
})
