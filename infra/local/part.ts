/** What every locally started part has in common: how it reports progress, how it fails, what it is once it runs. */

/** One line of progress. `fraction` is 0..1 where the whole is known. */
export interface ProgressLine {
  readonly part: string
  readonly text: string
  readonly fraction?: number
}

/** Called for everything that takes longer than a second; must not throw. */
export type Progress = (line: ProgressLine) => void

/** A part that answers. Connection facts are added by each part. */
export interface RunningPart {
  readonly name: string
  /** Process id, or undefined where the part is somebody else's server that was only checked. */
  readonly pid: number | undefined
  /** True when the part already ran before this start. */
  readonly adopted: boolean
  /** Ends the part in an orderly way, harder after a timeout; resolves when its process is gone. May be called twice. */
  stop(): Promise<void>
}

/** What every start function accepts. */
export interface PartOptions {
  /** Folder of this one part: record, logs, data. Made when missing. */
  readonly dataDir: string
  /** Folder for downloads and builds; default see cache.ts. */
  readonly cacheDir?: string
  /** A fixed port; default a free one that is remembered in the data folder. */
  readonly port?: number
  readonly progress?: Progress
  /** Where COMMONWATT_* variables are read; default process.env. */
  readonly env?: NodeJS.ProcessEnv
}

/** A part cannot run here. `cause` says why, `mend` what the reader can do about it. */
export class PartUnavailable extends Error {
  readonly _tag = "PartUnavailable"
  readonly part: string
  override readonly cause: string
  readonly mend: string

  constructor(facts: { readonly part: string; readonly cause: string; readonly mend: string }) {
    super(`${facts.part}: ${facts.cause}. To mend it: ${facts.mend}`)
    this.name = "PartUnavailable"
    this.part = facts.part
    this.cause = facts.cause
    this.mend = facts.mend
  }
}

/** Progress for parts whose caller listens to none. */
export const silent: Progress = () => {}
