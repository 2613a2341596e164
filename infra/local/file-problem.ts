import { PartUnavailable } from "./part.ts"

/** Names of system errors that mean: this user may not write there. */
const notWritable = new Set(["EACCES", "EPERM", "EROFS"])

/** Code of a system error such as ENOENT, or "" for anything else. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/** Text of whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Turns "may not write" and "disk full" into a PartUnavailable; anything else is returned as it is. */
export const explainFileError = (part: string, folder: string, error: unknown): unknown => {
  const code = errorCode(error)
  if (notWritable.has(code)) {
    const user = process.getuid?.() ?? "?"
    return new PartUnavailable({
      part,
      cause: `the folder ${folder} is not writable for user ${user} (${code})`,
      mend: `make it writable (ls -ld ${folder}) or choose another data folder`
    })
  }
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(part, folder)
  return error
}

/** The disk under `folder` is full. */
export const diskFull = (part: string, folder: string): PartUnavailable =>
  new PartUnavailable({ part, cause: `the disk under ${folder} is full`, mend: `free some space (df -h ${folder})` })

/** Runs `work` and explains file errors that it throws. */
export const explaining = async <A>(part: string, folder: string, work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    throw explainFileError(part, folder, error)
  }
}
