/** Every connection holds a file descriptor; where too few are allowed, connects fail one by one and at random. */

/** Descriptors that a process needs beside its connections: logs, database, module files. */
const spare = 64

/** More connections were asked for than this process may hold open. */
export class TooFewFileDescriptors extends Error {
  override readonly name = "TooFewFileDescriptors"
  readonly allowed: number
  readonly needed: number

  constructor(allowed: number, needed: number) {
    super(`${needed} open files are needed (one per connection and ${spare} beside), but this process may hold ${allowed}`)
    this.allowed = allowed
    this.needed = needed
  }

  /** What to do about it. */
  get mend(): string {
    return `raise the limit before the start: "ulimit -n ${this.needed}" in the shell, LimitNOFILE=${this.needed} in a systemd unit, ` +
      "or poll with several processes"
  }
}

/** The limit of this process as it stands now (Node has raised the soft limit to the hard one); Infinity if there is none. */
export const openFileLimit = (): number => {
  if (!process.report) return Infinity
  Object.assign(process.report, { excludeNetwork: true }) // else it looks up the name of every peer
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  const soft = userLimits?.open_files?.soft
  return typeof soft === "number" ? soft : Infinity
}

/** Throws TooFewFileDescriptors when so many connections cannot be held open. */
export const checkOpenFileLimit = (connections: number, limit = openFileLimit()): void => {
  const needed = connections + spare
  if (needed > limit) throw new TooFewFileDescriptors(limit, needed)
}
