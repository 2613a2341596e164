import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { settleFiles } from "./settle.ts"
import { verifyStatement } from "./statement-proof.ts"
import { errorOf, openLab } from "./testing/lab.ts"
import { verify } from "./verify.ts"

const { options, changed, write, close } = openLab()
afterAll(close)

it("a member checks the own statement alone: one nano, one cent, another salt or another root is found", () => {
  const first = options()
  const run = settleFiles(first)
  const file = join(first.out, "statements/ben.json")
  const { root } = JSON.parse(readFileSync(join(first.out, "run.json"), "utf8")) as { root: string }
  expect(verifyStatement(file, root)).toContain("is part of the root")
  expect(verifyStatement(file, undefined)).toContain("compare it with the published one")
  expect(run.statements.length).toBe(6)
  const forged = (change: (text: string) => string): string => {
    const copy = write("statement.json", change(readFileSync(file, "utf8")))
    return errorOf(() => verifyStatement(copy, root))
  }
  expect(forged((text) => text)).toBe("no error")
  expect(forged((text) => text.replace(/"amount": "(-?\d+)"/, (_, amount: string) => `"amount": "${BigInt(amount) + 1n}"`))).toContain("is no part of the root")
  expect(forged((text) => text.replace(/"cents": "(-?\d+)"/, (_, cents: string) => `"cents": "${BigInt(cents) + 1n}"`))).toContain("is not its amount rounded to cents")
  expect(forged((text) => text.replace(/"totalCents": "(-?\d+)"/, (_, cents: string) => `"totalCents": "${BigInt(cents) + 1n}"`))).toContain("lines and VAT sum to")
  expect(forged((text) => text.replace(/"salt": "../, '"salt": "00'))).toContain("is no part of the root")
  expect(errorOf(() => verifyStatement(file, "0".repeat(64)))).toContain("is no part of the root")
})

interface RunJson {
  root: string
  resultHash: string
  status: string
  injectedWh: number
  files: Record<string, string>
}

const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

describe("verify finds", () => {
  const tampered = (change: (out: string) => void, from = options()): string => {
    settleFiles(from)
    change(from.out)
    return errorOf(() => verify(from.out))
  }
  const editRun = (out: string, edit: (run: RunJson) => RunJson): void => {
    const file = join(out, "run.json")
    writeFileSync(file, `${JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")) as RunJson), null, 2)}\n`)
  }
  /** Changes a file and makes its hash in run.json fit. */
  const forge = (out: string, path: string, change: (text: string) => string): void => {
    const content = change(readFileSync(join(out, path), "utf8"))
    writeFileSync(join(out, path), content)
    editRun(out, (run) => ({ ...run, files: { ...run.files, [path]: sha256(content) } }))
  }

  it("a changed file", () => {
    expect(tampered((out) => appendFileSync(join(out, "bookings.csv"), "x\n"))).toContain("its hash differs from the one in run.json")
  })
  it("a file that is gone", () => {
    expect(tampered((out) => rmSync(join(out, "rounding.csv")))).toContain("rounding.csv cannot be read")
    expect(tampered((out) => rmSync(join(out, "inputs/trades.csv")))).toContain("inputs/trades.csv cannot be read")
    expect(tampered((out) => rmSync(join(out, "salt-seed.secret")))).toContain("salt-seed.secret cannot be read")
  })
  it("a file that is gone from the list as well", () => {
    const found = tampered((out) => {
      rmSync(join(out, "rounding.csv"))
      editRun(out, (run) => ({ ...run, files: Object.fromEntries(Object.entries(run.files).filter(([path]) => path !== "rounding.csv")) }))
    })
    expect(found).toContain("rounding.csv lacks")
  })
  it("a file that is no part of the run, also where run.json lists it, is a link, or lies in a folder of its own", () => {
    const extra = (out: string, path: string, content: string): void => {
      writeFileSync(join(out, path), content)
      editRun(out, (run) => ({ ...run, files: { ...run.files, [path]: sha256(content) } }))
    }
    expect(tampered((out) => writeFileSync(join(out, "statements/zoe.txt"), "pay me"))).toContain("statements/zoe.txt is no part of the run")
    expect(tampered((out) => extra(out, "statements/zoe.txt", "pay me"))).toContain("statements/zoe.txt is no part of the run")
    expect(tampered((out) => extra(out, "changes.txt", "Zoe paid all"))).toContain("changes.txt is no part of the run")
    expect(tampered((out) => symlinkSync("statements/ben.txt", join(out, "ben.txt")))).toContain("ben.txt is no part of the run")
    const nested = tampered((out) => {
      mkdirSync(join(out, "more"))
      writeFileSync(join(out, "more/note.txt"), "")
    })
    expect(nested).toContain("more/note.txt is no part of the run")
  })
  it("a statement, a summary or a sum in run.json that the inputs do not give, though the hashes fit", () => {
    expect(tampered((out) => forge(out, "statements/ben.txt", (text) => text.replace("total ", "total*")))).toContain("statements/ben.txt is not what the inputs give")
    expect(tampered((out) => forge(out, "summary.txt", (text) => text.replace("energy error 0", "energy error 1")))).toContain("summary.txt is not what the inputs give")
    expect(tampered((out) => editRun(out, (run) => ({ ...run, injectedWh: run.injectedWh + 1 })))).toContain("run.json is not what the inputs give")
    expect(tampered((out) => editRun(out, (run) => ({ ...run, status: "provisional" })))).toContain("status is final, not provisional")
  })
  it("hashes that the inputs do not give", () => {
    const found = tampered((out) => editRun(out, (run) => ({ ...run, root: "0".repeat(64), resultHash: "1".repeat(64) })))
    expect(found).toContain("root is")
    expect(found).toContain("resultHash is")
  })
  it.each(["rules.json", "tariffs.json", "intervals.csv", "trades.csv", "settings.json"])("a changed input %s, though its hash fits", (name) => {
    const found = tampered((out) => forge(out, `inputs/${name}`, (text) => (name === "settings.json" ? text.replace("2016-04-15", "2016-04-16") : name.endsWith(".json") ? `${text} ` : text.replace("\n", "\r\n"))))
    expect(found).toContain("inputsHash is")
    expect(found).toContain("root is")
  })
  it("a second file of the same role", () => {
    const found = tampered((out) => {
      const content = readFileSync(join(out, "inputs/rules.json"))
      writeFileSync(join(out, "inputs/rules.txt"), content)
      editRun(out, (run) => ({ ...run, files: { ...run.files, "inputs/rules.txt": sha256(content) } }))
    })
    expect(found).toContain("keeps two files of rules")
  })
  it("a seed that is none", () => {
    expect(tampered((out) => writeFileSync(join(out, "salt-seed.secret"), "abc\n"))).toContain("is no seed of 64 hexadecimal digits")
  })
  it("a run made anew from other inputs, by the published root", () => {
    const [published, other] = [settleFiles(options()), options({ intervals: changed("intervals.csv", (text) => text.replace("+0100,761,", "+0100,762,")) })]
    settleFiles(other)
    const root = Buffer.from(published.root).toString("hex")
    expect(errorOf(() => verify(other.out))).toBe("no error")
    expect(errorOf(() => verify(other.out, root))).toContain(`the published one ${root}`)
  })
  it("bookings of the version before that were changed within the run", () => {
    const before = options()
    settleFiles(before)
    const found = tampered((out) => forge(out, "inputs/previous.json", (text) => text.replace(/(energy,\w+,[^,]*,,\d+),(\d+)/, "$1,1$2")), options({ previous: before.out }))
    expect(found).toContain("inputsHash is")
  })
})
