import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { describe, expect, it } from "vitest"

/**
 * The import rules of the design ("Imports go only this way"), over every .ts and .tsx of the repository.
 * A rule reads: who imports, what, as types only or as code; it answers with what is wrong, or nothing.
 */
const ROOT = join(import.meta.dirname, "../..")

interface Import {
  /** Path of the importing file, from the root of the repository. */
  readonly from: string
  /** Path of the imported file, or the name of a package. */
  readonly to: string
  readonly typesOnly: boolean
}

const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const statements = /(?:^|[;\n])\s*(import|export)\s+(?:(type\s+)?((?:[\w*$]+\s*,?\s*)?(?:\{[^}]*\}|\*\s*(?:as\s+\w+)?)?)\s*from\s*)?["']([^"'\n]+)["']/g
const calls = /\bimport\(\s*["']([^"'\n]+)["']\s*\)/g

const namesAreTypes = (names: string): boolean => {
  const inBraces = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  return inBraces !== undefined && inBraces.split(",").filter((name) => name.trim() !== "").every((name) => /^\s*type\s/.test(name))
}

const resolve = (from: string, name: string): string => (name.startsWith(".") ? posix.join(dirname(from), name) : name)

/** Imports of one file's text. */
export const importsOf = (from: string, source: string): Array<Import> => {
  const text = source.replace(comments, "")
  return [
    ...[...text.matchAll(statements)].map(([, , type, names, name]) => ({ from, to: resolve(from, name!), typesOnly: type !== undefined || namesAreTypes(names ?? "") })),
    ...[...text.matchAll(calls)].map(([, name]) => ({ from, to: resolve(from, name!), typesOnly: false }))
  ]
}

/** The rooms of the core from upstream to downstream; rooms of one line do not see each other. */
const ROOMS = [["quantity", "calendar"], ["grid", "tariff", "account"], ["metering"], ["forecast"], ["preference"], ["market"], ["allocation"], ["settlement"], ["proof"], ["reward"]]

/** Libraries that belong to one adapter; every other npm package is open to all adapters. */
const LIBRARY_OF: ReadonlyMap<string, string> = new Map([
  ["modbus-serial", "modbus"],
  ["jsmodbus", "modbus"],
  ["serialport", "modbus"],
  ["kafkajs", "kafka"],
  ["pg", "timescale"],
  ["@cosmjs", "cosmos"],
  ["cosmjs-types", "cosmos"],
  ["solid-js", "console"]
])

const isTest = (path: string): boolean => /\.test\.tsx?$|\/test-[^/]+\.ts$|\/test-support\/|\/testing\//.test(path)
const isPackage = (to: string): boolean => !/^(engine|adapters|infra|property-tests|chain|docs)\//.test(to) && !/\.(config\.ts|json)$/.test(to)
const isNode = (to: string): boolean => to.startsWith("node:")
const within = (to: string, ...folders: ReadonlyArray<string>): boolean => folders.some((folder) => to.startsWith(`${folder}/`))
const isBelow = (to: string, name: string): boolean => to === name || to.startsWith(`${name}/`)

const coreRule = ({ from, to }: Import): string | undefined => {
  if (isPackage(to)) return isBelow(to, "@noble") ? undefined : "the core imports nothing from outside but @noble"
  if (!within(to, "engine/core")) return "the core imports nothing but itself"
  const [room, file] = from.slice("engine/core/".length).split("/")
  if (file === undefined) return undefined
  const [target, targetFile] = to.slice("engine/core/".length).split("/")
  if (targetFile === undefined) return "a room imports no file that joins rooms"
  const [own, other] = [room, target].map((name) => ROOMS.findIndex((line) => line.includes(name!)))
  if (own === -1 || other === -1) return "a room that the design does not name"
  return room === target || other! < own! ? undefined : "in the core, upstream only"
}

const serviceRule = ({ to }: Import): string | undefined => {
  if (isPackage(to)) return isNode(to) || isBelow(to, "effect") || isBelow(to, "@noble") ? undefined : "the service imports effect, @noble and node: only"
  return within(to, "engine/core", "engine/service") ? undefined : "the service imports core and its ports, never an adapter"
}

const consoleRule = ({ to, typesOnly }: Import): string | undefined => {
  if (within(to, "adapters/console") || isPackage(to)) return undefined
  if (within(to, "engine/core/quantity", "engine/core/calendar", "engine/core/proof")) return undefined
  return typesOnly && within(to, "engine/core", "engine/service/ports", "adapters/http") ? undefined : "the console imports quantity, calendar and proof as code, of core, ports and API types"
}

const adapterRule = (one: Import): string | undefined => {
  const adapter = one.from.split("/")[1]!
  if (adapter === "cli") return within(one.to, "property-tests") ? "only tests import property-tests" : undefined
  if (isPackage(one.to)) {
    const owner = [...LIBRARY_OF].find(([library]) => isBelow(one.to, library))?.[1]
    return owner === undefined || owner === adapter ? undefined : `the library of adapters/${owner}`
  }
  if (adapter === "console") return consoleRule(one)
  return within(one.to, `adapters/${adapter}`, "engine/core", "engine/service/ports") ? undefined : "an adapter imports core, ports and its own room, no other adapter"
}

const infraRule = ({ from, to }: Import): string | undefined => {
  if (isPackage(to)) return undefined
  const room = from.split("/").slice(0, 2).join("/")
  return within(to, room) ? undefined : "infra imports node:, npm packages and its own room"
}

/** What is wrong with an import, or undefined. Tests may also import property-tests, infra/local and their own room. */
export const judge = (one: Import): string | undefined => {
  const { from, to } = one
  if (within(from, "property-tests") || !from.includes("/")) return undefined
  if (isTest(from)) {
    const own = from.split("/").slice(0, 2).join("/")
    if (isPackage(to) || within(to, "property-tests", "infra/local", from.startsWith("engine/") ? dirname(from) : own)) return undefined
    if (to.endsWith(".json")) return undefined
  }
  if (within(from, "engine/core")) return coreRule(one)
  if (within(from, "engine/service")) return serviceRule(one)
  if (within(from, "adapters")) return adapterRule(one)
  return within(from, "infra") ? infraRule(one) : undefined
}

const folders = ["engine", "adapters", "infra", "property-tests"]
const filesBelow = (folder: string): Array<string> =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "generated", "dist"].includes(entry.name)) return []
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })

describe("the repository", () => {
  const files = folders.flatMap(filesBelow)
  const imports = files.flatMap((from) => importsOf(from, readFileSync(join(ROOT, from), "utf8")))

  it("imports only as the design allows", () => {
    const wrong = imports.flatMap((one) => {
      const reason = judge(one)
      return reason === undefined ? [] : [`${one.from} -> ${one.to}: ${reason}`]
    })
    expect(wrong).toEqual([])
  })

  it("was seen at all: files, imports, every room", () => {
    expect(files.length).toBeGreaterThan(120)
    expect(imports.length).toBeGreaterThan(500)
    const importing = new Set(imports.map(({ from }) => from.split("/").slice(0, from.startsWith("engine/core") ? 3 : 2).join("/")))
    for (const room of ["engine/core/market", "engine/core/settlement", "engine/service", "adapters/modbus", "adapters/console", "infra/local", "property-tests/arbitraries"]) {
      expect(importing).toContain(room)
    }
    const lines = files.flatMap((from) => readFileSync(join(ROOT, from), "utf8").match(/^import .*$/gm) ?? [])
    expect(imports.length).toBeGreaterThanOrEqual(lines.length * 0.95)
  })
})

describe("the scanner sees every way to import", () => {
  it.each<[string, string, boolean]>([
    ['import a from "./x.ts"', "engine/core/grid/x.ts", false],
    ['import { a, type B } from "../tariff/x.ts"', "engine/core/tariff/x.ts", false],
    ['import type { A } from "./x.ts"', "engine/core/grid/x.ts", true],
    ['import { type A, type B } from "./x.ts"', "engine/core/grid/x.ts", true],
    ['import {\n  a,\n  b\n} from "./x.ts"', "engine/core/grid/x.ts", false],
    ['import * as all from "effect"', "effect", false],
    ['import d, { e } from "node:fs"', "node:fs", false],
    ['import "./x.ts"', "engine/core/grid/x.ts", false],
    ['export * from "./x.ts"', "engine/core/grid/x.ts", false],
    ['export { a } from "./x.ts"', "engine/core/grid/x.ts", false],
    ['export type { A } from "./x.ts"', "engine/core/grid/x.ts", true],
    ['const a = await import("./x.ts")', "engine/core/grid/x.ts", false],
    ['import data from "./x.json" with { type: "json" }', "engine/core/grid/x.json", false]
  ])("%j", (source, to, typesOnly) => {
    expect(importsOf("engine/core/grid/area.ts", source)).toEqual([{ from: "engine/core/grid/area.ts", to, typesOnly }])
  })
  it("but not one in a comment", () => {
    expect(importsOf("engine/core/grid/area.ts", '/* import a from "x" */\n// import b from "y"\n/** as in\n * import c from "z"\n */')).toEqual([])
  })
})

describe("planted violations are found", () => {
  it.each([
    ["engine/core/metering/a.ts", "engine/core/market/order.ts"],
    ["engine/core/quantity/a.ts", "engine/core/calendar/period.ts"],
    ["engine/core/account/a.ts", "engine/core/tariff/tariff.ts"],
    ["engine/core/market/a.ts", "engine/core/event.ts"],
    ["engine/core/market/a.ts", "engine/core/state.ts"],
    ["engine/core/market/a.ts", "engine/core/command.ts"],
    ["engine/core/market/a.ts", "node:crypto"],
    ["engine/core/step.ts", "effect"],
    ["engine/core/step.ts", "engine/service/ports/driven/clock.ts"],
    ["engine/core/novelty/a.ts", "engine/core/quantity/bytes.ts"],
    ["engine/core/market/a.test.ts", "engine/core/settlement/run.ts"],
    ["engine/service/a.ts", "adapters/kafka/kafka-log.ts"],
    ["engine/service/a.ts", "kafkajs"],
    ["engine/service/a.ts", "infra/local/kafka.ts"],
    ["adapters/http/a.ts", "adapters/timescale/pool.ts"],
    ["adapters/http/a.ts", "engine/service/intake/engine.ts"],
    ["adapters/http/a.ts", "pg"],
    ["adapters/http/a.ts", "infra/local/timescale.ts"],
    ["adapters/http/a.ts", "property-tests/arbitraries/world.ts"],
    ["adapters/cli/a.ts", "property-tests/arbitraries/world.ts"],
    ["adapters/console/a.tsx", "engine/core/step.ts"],
    ["adapters/console/a.tsx", "adapters/http/api/wire.ts"],
    ["adapters/console/a.test.tsx", "adapters/timescale/pool.ts"],
    ["infra/local/a.ts", "engine/core/quantity/bytes.ts"],
    ["infra/local/a.ts", "property-tests/arbitraries/world.ts"]
  ])("%s -> %s", (from, to) => {
    expect(judge({ from, to, typesOnly: false })).toBeTypeOf("string")
  })

  it.each<[string, string, boolean]>([
    ["engine/core/market/a.ts", "engine/core/metering/reading.ts", false],
    ["engine/core/proof/a.ts", "@noble/hashes/sha2.js", false],
    ["engine/core/step.ts", "engine/core/reward/a.ts", false],
    ["engine/core/market/a.test.ts", "property-tests/models/naive-matcher.ts", false],
    ["engine/service/a.ts", "engine/service/ports/driven/vault.ts", false],
    ["adapters/timescale/a.ts", "pg", false],
    ["adapters/timescale/a.test.ts", "infra/local/timescale.ts", false],
    ["adapters/console/a.tsx", "adapters/http/api/wire.ts", true],
    ["adapters/console/a.tsx", "engine/core/proof/merkle.ts", false],
    ["adapters/cli/a.ts", "infra/local/timescale.ts", false],
    ["property-tests/simulation/a.ts", "adapters/cli/a.ts", false]
  ])("and this is none: %s -> %s", (from, to, typesOnly) => {
    expect(judge({ from, to, typesOnly })).toBeUndefined()
  })
})
