import { execFile } from "node:child_process"
import { stat } from "node:fs/promises"

/** Whether this machine's clock follows a time server; "unknown" where nothing on it can tell. */
export type TimeServer = "synchronised" | "unsynchronised" | "unknown"

/** Asks a program; its output, or undefined where it is not there or fails. */
export type Ask = (program: string, args: ReadonlyArray<string>) => Promise<string | undefined>
/** Seconds since a file was last written; undefined where it is not there. */
export type AgeOf = (file: string) => Promise<number | undefined>

/** Milliseconds that a program may take: an answer that hangs is none. */
const PATIENCE = 3_000

const ask: Ask = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: PATIENCE, windowsHide: true, env: { ...process.env, LC_ALL: "C" } }, (error, stdout) => resolve(error === null ? stdout : undefined))
  })

const ageOf: AgeOf = async (file) => {
  try {
    return (Date.now() - (await stat(file)).mtimeMs) / 1_000
  } catch {
    return undefined
  }
}

/** Number of the system call adjtimex, by the names that Node gives to processors. */
const ADJTIMEX: Readonly<Record<string, number>> = { x64: 159, ia32: 124, arm: 124, arm64: 171, riscv64: 171, ppc64: 217, s390x: 124 }
/** What adjtimex returns for a clock that nobody keeps (TIME_ERROR); 0 to 4 are good, around leap seconds too. */
const TIME_ERROR = 5

/** systemd's word for the kernel's flag: it needs no rights. */
const bySystemd = async (askOf: Ask): Promise<TimeServer> => {
  const said = (await askOf("timedatectl", ["show", "--property=NTPSynchronized", "--value"]))?.trim()
  return said === "yes" ? "synchronised" : said === "no" ? "unsynchronised" : "unknown"
}

/** The kernel itself, by adjtimex with nothing to set: reading needs no rights. Perl is on every Debian. */
const byKernel = async (askOf: Ask): Promise<TimeServer> => {
  const call = process.platform === "linux" ? ADJTIMEX[process.arch] : undefined
  if (call === undefined) return "unknown"
  const said = (await askOf("perl", ["-e", `my $timex = "\\0" x 256; print syscall(${call}, $timex)`]))?.trim()
  if (said === undefined || !/^[0-5]$/.test(said)) return "unknown"
  return Number(said) === TIME_ERROR ? "unsynchronised" : "synchronised"
}

/** A chronyd that runs need not be synchronised: the last field of its report is the leap status. */
const byChrony = async (askOf: Ask): Promise<TimeServer> => {
  const leap = (await askOf("chronyc", ["-n", "-c", "tracking"]))?.trim().split(",").at(-1)
  if (leap === undefined || leap === "") return "unknown"
  return leap === "Not synchronised" ? "unsynchronised" : "synchronised"
}

/** Touched by systemd-timesyncd at each synchronisation, which comes every 2,048 s at the latest; twice that is too long. */
const TIMESYNCD = "/run/systemd/timesync/synchronized"
const TIMESYNCD_AT_THE_LATEST = 2 * 2_048

const byTimesyncd = async (age: AgeOf): Promise<TimeServer> => {
  const found = await age(TIMESYNCD)
  return found === undefined ? "unknown" : found <= TIMESYNCD_AT_THE_LATEST ? "synchronised" : "unsynchronised"
}

/** Finds out whether the clock follows a time server: the first that can tell is believed, the kernel before any daemon. */
export const timeServer = async (askOf: Ask = ask, age: AgeOf = ageOf): Promise<TimeServer> => {
  for (const tell of [() => bySystemd(askOf), () => byKernel(askOf), () => byChrony(askOf), () => byTimesyncd(age)]) {
    const found = await tell()
    if (found !== "unknown") return found
  }
  return "unknown"
}
