import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { inject } from "vitest"
import type { Figures } from "../../../adapters/cli/report/figures.ts"
import { withLock } from "../../../infra/local/folder-lock.ts"
import { copyDataFolder } from "./data-folder.ts"
import { settle } from "./market-process.ts"
import { demoArguments, periods } from "./worlds.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder of this whole test run, made and removed by the global set-up. */
    readonly sharedFolder: string
  }
}

/** A finished run of the demo world with the chain: its figures, and a copy of its data that is the caller's own to spoil and remove. */
export interface FinishedRun {
  readonly data: string
  readonly figures: Figures
}

/**
 * The figures of the reference run. Whichever file asks first makes it, the others wait for it, so it is made once for a
 * test run and not at all where nobody asks.
 */
export const referenceFigures = (): Promise<Figures> => {
  const shared = inject("sharedFolder")
  const file = join(shared, "figures.json")
  return withLock(join(shared, "reference.lock"), async () => {
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(await settle(join(shared, "reference"), periods, demoArguments)))
    return JSON.parse(readFileSync(file, "utf8")) as Figures
  })
}

/** The reference run, with a copy of its data folder. */
export const referenceRun = async (name: string): Promise<FinishedRun> => {
  const figures = await referenceFigures()
  return { figures, data: await copyDataFolder(join(inject("sharedFolder"), "reference"), name) }
}
