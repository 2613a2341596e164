import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { UserError } from "../../user-error.ts"
import type { SettleOptions } from "../settle.ts"

/** The community that the guide settles. */
export const demo = fileURLToPath(new URL("../../../../infra/demo/settlement/", import.meta.url))

/** The message of the UserError that `work` ends with, or "no error"; anything else is thrown on. */
export const errorOf = (work: () => unknown): string => {
  try {
    work()
  } catch (cause) {
    if (cause instanceof UserError) return cause.message
    throw cause
  }
  return "no error"
}

/** A folder of its own for runs and changed copies of the demo's files. */
export const openLab = () => {
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-settle-"))
  let count = 0
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, `${++count}-${name}`)
    writeFileSync(file, content)
    return file
  }
  return {
    folder,
    /** Options that settle the demo, changed. */
    options: (change: Partial<SettleOptions> = {}): SettleOptions => ({
      rules: join(demo, "rules.json"),
      tariffs: join(demo, "tariffs.json"),
      intervals: join(demo, "intervals.csv"),
      trades: join(demo, "trades.csv"),
      prices: undefined,
      coefficients: undefined,
      shadow: undefined,
      official: undefined,
      previous: undefined,
      unit: "Wh",
      on: "2016-04-15",
      out: join(folder, `run-${++count}`),
      ...change
    }),
    write,
    /** A copy of a demo file, changed. */
    changed: (name: string, change: (text: string) => string): string => write(name, change(readFileSync(join(demo, name), "utf8"))),
    close: () => rmSync(folder, { recursive: true, force: true })
  }
}
