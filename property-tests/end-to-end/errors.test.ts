import { existsSync } from "node:fs"
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { startEmbeddedPostgres } from "../../infra/local/embedded-postgres.ts"
import { startTimescale } from "../../infra/local/timescale.ts"
import { spawnCommonwatt, type Ended } from "./harness/market-process.ts"
import { livingParts, postmasters, removeVillages, village, watch, type Village } from "./harness/village.ts"

/** Each error is made to happen, and says what is wrong and what to do about it. */
let place: Village
let undisturbed: Figures
let withoutGo: Ended

beforeAll(async () => {
  place = village("errors")
  const one = village("no-go", { chain: true })
  withoutGo = await one.spawn({ PATH: emptyPath() }).ended
  undisturbed = JSON.parse(withoutGo.stdout) as Figures
})
afterAll(removeVillages)

/** A path on which nothing is. */
const emptyPath = (): string => join(place.data, "nothing-on-the-path")

const start = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}): Promise<Ended> => watch(spawnCommonwatt(["start", ...args], env)).ended

/** Fails where the text misses what is wrong or what to do, or where anything but the text comes out. */
const expectError = ({ code, stdout, stderr }: Ended, wrong: RegExp, mend: RegExp = /\n {2}To mend it: \S/): void => {
  expect(stderr).toMatch(wrong)
  expect(stderr).toMatch(mend)
  expect(stderr).not.toMatch(/defect of ours|\n {4}at /)
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
}

it("port taken", async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as { port: number }
  const one = village("port-taken")
  const ended = await start(["--world", one.worldFile, "--data", one.data, "--from", "2016-03-26", "--no-chain", "--port", String(port)])
  server.close()
  expectError(ended, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is taken by another program`), /choose another one with --port/)
  expect(livingParts(one.data)).toEqual([])
})

describe("the data folder", () => {
  it("is not writable", async () => {
    const file = join(place.data, "a-file")
    await writeFile(file, "")
    expectError(await start(["--data", join(file, "below")]), /the data folder \S+a-file\/below is not writable \(ENOTDIR/)
    expectError(await start(["--data", file]), /the data folder \S+a-file is not writable \(/)
    // Node's own recursive mkdir never returned here.
    if (existsSync("/proc")) expectError(await start(["--data", "/proc/commonwatt"]), /the data folder \/proc\/commonwatt is not writable \(/)
  })

  it("is not writable for this user", async () => {
    const closed = join(place.data, "closed")
    await mkdir(closed, { mode: 0o755 })
    await chmod(closed, 0o555)
    // Root may write everywhere but into /sys.
    const folder = process.getuid?.() === 0 ? "/sys/commonwatt" : join(closed, "data")
    expectError(await start(["--data", folder]), /the data folder \S+ is not writable \(E(ACCES|PERM|ROFS)/)
  })

  it("was begun with another start, another world, another content of the world", async () => {
    const one = village("begun")
    const begin = (...more: ReadonlyArray<string>) => start(["--data", one.data, "--world", one.worldFile, "--speed", "max", "--periods", "0", "--exit", "--no-chain", ...more])
    expect((await begin("--from", "2016-03-26")).code).toBe(0)
    expectError(await begin("--from", "2016-06-06"), /was begun with the start 2016-03-26, and you ask for 2016-06-06/)
    const text = await readFile(one.worldFile, "utf8")
    await writeFile(one.worldFile, text.replace(/"name": "[^"]+"/, '"name": "elsewhere"'))
    expectError(await begin("--from", "2016-03-26"), /was begun with the world semiurb4, and you ask for elsewhere/)
    await writeFile(one.worldFile, text.replace(/"feedInPrice": \d+/, '"feedInPrice": 61000'))
    expectError(await begin("--from", "2016-03-26"), /was begun with the content of the world file [0-9a-f]{12}, and you ask for [0-9a-f]{12}/)
    const beginning = join(one.data, "beginning.json")
    await writeFile(beginning, (await readFile(beginning, "utf8")).replace(/"form": \d+/, '"form": 1'))
    expectError(await begin("--from", "2016-03-26"), /was begun by a version of commonwatt that keeps its records in form 1; this one reads form 4/)
    expectError(await watch(spawnCommonwatt(["audit", "--data", one.data])).ended, /was begun by a version of commonwatt that keeps its records in form 1/)
  })

  it("has another process on it", async () => {
    const one = village("two-processes")
    const first = one.spawn({ COMMONWATT_HOLD_AT: "before-commit:1" })
    await first.says("@boundary before-commit 1")
    expectError(await one.spawn().ended, new RegExp(`process ${first.child.pid} is already running on ${one.data}`))
    expect(postmasters(one.data).length).toBe(1)
    first.killGroup()
    await first.ended
  })

  it("is none, for an audit", async () => {
    expectError(await watch(spawnCommonwatt(["audit", "--data", emptyPath()])).ended, /nothing-on-the-path is no data folder of commonwatt/)
  })
})

describe("a broken world file", () => {
  /** The village's file with `from` replaced once by `to`, and the line on which that is. */
  const broken = async (from: string | RegExp, to: string): Promise<{ readonly line: number; readonly ended: Ended }> => {
    const text = await readFile(place.worldFile, "utf8")
    const at = text.search(from)
    expect(at).toBeGreaterThan(0)
    const file = join(place.data, "broken.world.json")
    await writeFile(file, `${text.slice(0, at)}${text.slice(at).replace(from, to)}`)
    const ended = await start(["--data", join(place.data, "data"), "--world", file])
    return { line: text.slice(0, at).split("\n").length, ended }
  }

  it.each([
    ["a missing comma", /"community": "sonnenhang",/, '"community": "sonnenhang"', 1, /not JSON/],
    ["a stray word", /"sharingPrice": /, '"sharingPrice": about ', 0, /not JSON/],
    ["a trailing comma", /"pv0"/, '"pv0",,', 0, /not JSON/],
    ["an open quote", /"pv0"/, '"pv0', 0, /not JSON/],
    ["text for a number", /"sharingPrice": \d+/, '"sharingPrice": "much"', 0, /tariff\.sharingPrice: Expected number/],
    ["half a Wh", /"capacityWh": \d+/, '"capacityWh": 0.5', 0, /members\[0\]\.meteringPoints\[0\]\.capacityWh: /],
    ["an unknown device", /"device": "sunspec-inverter-three-phase"/, '"device": "abacus"', 0, /members\[0\]\.meteringPoints\[1\]\.device: Expected .*"eastron-sdm630"/],
    ["a field that nobody knows", /"seed"/, '"seedling"', 0, /seed/],
    ["a double metering point", /semiurb4-pv-01/, "semiurb4-load-00", 0, /members\[0\]\.meteringPoints\[1\]\.meteringPoint: semiurb4-load-00 stands twice/],
    ["an unknown time zone", /Europe\/Berlin/, "Europe/Entenhausen", 0, /timeZone: Expected "Europe\/Berlin"/]
  ] as const)("%s", async (_, from, to, below, text) => {
    const { line, ended } = await broken(from, to)
    expectError(ended, new RegExp(`the world file \\S+broken\\.world\\.json, line ${line + below}: `))
    expect(ended.stderr).toMatch(text)
    expect(ended.stderr).toMatch(/docs\/guides\/worlds\.md/)
  })

  it("cut off in the middle", async () => {
    const text = await readFile(place.worldFile, "utf8")
    const half = text.slice(0, text.indexOf('"members"') + 60)
    const file = join(place.data, "half.world.json")
    await writeFile(file, half)
    expectError(await start(["--data", join(place.data, "data"), "--world", file]), new RegExp(`the world file \\S+half\\.world\\.json, line ${half.split("\n").length}: not JSON`))
  })

  it("missing, or with feeder data that are not there", async () => {
    expectError(await start(["--world", join(place.data, "none.json")]), /the world file \S+none\.json cannot be read/)
    const { ended } = await broken(/"feeder": "[^"]+"/, '"feeder": "none.csv"')
    expectError(ended, /the feeder data \S+none\.csv cannot be read/)
  })
})

describe("the command line", () => {
  it("has an option that nobody knows", async () => {
    const { code, stderr, stdout } = await start(["--perods", "4"])
    expect(code).toBe(1)
    expect(`${stdout}${stderr}`).toMatch(/--perods/)
    expect(`${stdout}${stderr}`).toMatch(/--periods/)
  })

  it.each([
    [["--from", "2015-01-01"], /the feeder has no data at 2014-12-31T23:00:00Z/, /choose --from in one of its windows: 2016-/],
    [["--from", "yesterday"], /--from yesterday is no day/, /write it as 2016-06-06/],
    [["--speed", "fast"], /--speed fast is neither "max" nor a number up to 3600/, /60 lets a market minute pass in a second/],
    [["--exit"], /--exit needs to know when/, /add --periods N/]
  ] as const)("%j", async (args, wrong, mend) => {
    expectError(await start(["--data", join(place.data, "data"), "--world", place.worldFile, ...args]), wrong, mend)
  })
})

describe("parts that are not there", () => {
  it("no Go: the market runs, batches wait, and one line says how to get a chain", () => {
    expect(withoutGo.code).toBe(0)
    expect(undisturbed).toMatchObject({ batches: 1, anchored: 0, chain: "absent", energyErrorWh: 0, moneyError: 0 })
    const lines = withoutGo.stderr.split("\n").filter((line) => line.includes("chain"))
    expect(lines).toEqual([expect.stringMatching(/^No chain: chain: there is no Go to build it with\. To mend it: .*install Go 1\.26.*Batches wait; the market goes on\.$/)])
  })

  it("no Java", async () => {
    const one = village("no-java")
    const ended = await start(["--profile", "full", "--data", one.data, "--world", one.worldFile], { PATH: emptyPath(), JAVA_HOME: "" })
    expectError(ended, /Kafka: there is no Java/, /install a Java 17 runtime/)
    expect(livingParts(one.data)).toEqual([])
  })

  it("no Maven", async () => {
    // Java alone is on the path, the cache is empty, and somebody else's database serves.
    const path = join(place.data, "java-only")
    await mkdir(path)
    await writeFile(join(path, "java"), "#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2\n", { mode: 0o755 })
    const database = await startTimescale({ dataDir: join(place.data, "timescale") })
    const env = { PATH: path, JAVA_HOME: "", COMMONWATT_CACHE: join(place.data, "cache"), COMMONWATT_POSTGRES_URL: database.url }
    const ended = await start(["--profile", "full", "--data", join(place.data, "no-maven"), "--world", place.worldFile], env)
    await database.stop()
    expectError(ended, /Kafka: Kafka is fetched with Maven, which does not run/, /install Maven/)
  })
})

describe("the database is killed under a running market", () => {
  it("and comes back: the market goes on by itself and loses nothing", async () => {
    const one = village("database-returns")
    const market = one.spawn()
    await market.says(/lockstep: market time 2016-03-26T0[1-9]/)
    process.kill(postmasters(one.data)[0]!, "SIGKILL")
    const database = await startEmbeddedPostgres({ dataDir: join(one.data, "postgres") })
    const { code, stdout, stderr } = await market.ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ outcomeHash: undisturbed.outcomeHash, energyErrorWh: 0, moneyError: 0 })
    expect((await one.audit()).code).toBe(0)
    await database.stop()
  })

  it("and stays away: the market explains itself, and the next start loses nothing", async () => {
    const one = village("killed-database")
    const market = one.spawn()
    await market.says(/lockstep: market time 2016-03-26T0[1-9]/)
    process.kill(postmasters(one.data)[0]!, "SIGKILL")
    expectError(await market.ended, /the database went away and did not come back|the command log is not to be reached/, /give the same command again/)
    expect(livingParts(one.data)).toEqual([])
    expect((await one.finish()).outcomeHash).toBe(undisturbed.outcomeHash)
  })
})
