import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { endProcess, firstLines, type Launch, launchDetached, logSize, rotateLog, type StopLadder } from "./detached.ts"
import { diskFull, errorCode, explaining } from "./file-problem.ts"
import { withLock } from "./folder-lock.ts"
import { PartUnavailable, type Progress } from "./part.ts"
import { choosePorts } from "./ports.ts"
import { isAlive, type PartRecord, type ProcessIdentity, readRecord, writeRecord } from "./process-record.ts"

export type Ports = Readonly<Record<string, number>>

/** One server program on one data folder: all that differs between the parts. */
export interface ServerPlan {
  readonly part: string
  /** Version of the server program; a running one of another version is replaced, not adopted. */
  readonly version: string
  readonly dataDir: string
  readonly progress: Progress
  readonly portNames: readonly string[]
  readonly wantedPorts: Ports
  /** Removes what a dead process left, makes the data when it is new, and says how to launch the server. */
  readonly prepare: (ports: Ports) => Promise<Omit<Launch, "logFile">>
  /** True when the server really answers. Throws to give up at once. */
  readonly answers: (ports: Ports) => Promise<boolean>
  /** Milliseconds until a server that does not answer is given up. */
  readonly patience: number
  readonly stopLadder: StopLadder
  /** Log lines of a failed start after which trying again helps, as when the old process is still dying. */
  readonly passing?: RegExp
}

export interface Server {
  readonly process: ProcessIdentity
  readonly ports: Ports
  readonly adopted: boolean
  readonly stop: () => Promise<void>
}

/** File that collects what the server prints. */
export const serverLog = (dataDir: string): string => join(dataDir, "server.log")

/** Adopts the server that already runs on the plan's folder, or starts one; never two for one folder. */
export const adoptOrStart = (plan: ServerPlan): Promise<Server> =>
  explaining(plan.part, plan.dataDir, async () => {
    await mkdir(plan.dataDir, { recursive: true, mode: 0o700 })
    const waiting = (pid: number): void =>
      plan.progress({ part: plan.part, text: `waiting for process ${pid}, which starts the same folder` })
    return withLock(join(plan.dataDir, "start.lock"), async () => (await adopt(plan)) ?? (await startAnew(plan)), waiting)
  })

/** Takes over a living server; one that does not come to answer, or is of another version, is ended. */
const adopt = async (plan: ServerPlan): Promise<Server | undefined> => {
  const record = readRecord(plan.dataDir)
  if (record?.process === undefined || !isAlive(record.process)) return undefined
  if (record.part !== plan.part) throw otherPart(plan, record.part)
  const outdated = record.version !== plan.version
  if (!outdated && (await waitForAnswer(plan, record.process, record.ports))) return server(plan, record.process, record.ports, true)
  const why = outdated ? `is version ${record.version}, wanted is ${plan.version}` : "does not answer"
  plan.progress({ part: plan.part, text: `process ${record.process.pid} ${why}: ending it and starting anew` })
  await endProcess(record.process, plan.stopLadder)
  return undefined
}

const otherPart = (plan: ServerPlan, found: string): PartUnavailable =>
  new PartUnavailable({ part: plan.part, cause: `${plan.dataDir} belongs to a running ${found}`, mend: "choose another data folder" })

const startAnew = async (plan: ServerPlan): Promise<Server> => {
  const ports = await choosePorts(plan.part, plan.portNames, plan.wantedPorts, readRecord(plan.dataDir)?.ports ?? {})
  const logFile = serverLog(plan.dataDir)
  const launch = { ...(await plan.prepare(ports)), logFile }
  rotateLog(logFile)
  const giveUp = Date.now() + 10_000
  for (;;) {
    const logStart = logSize(logFile)
    const process = await launchRecorded(plan, launch, ports)
    const outcome = await waitForAnswer(plan, process, ports).catch((error: unknown) => ({ error }))
    if (outcome === true) return server(plan, process, ports, false)
    const lived = isAlive(process)
    if (lived) await endProcess(process, plan.stopLadder)
    forgetProcess(plan, ports)
    if (typeof outcome === "object") throw outcome.error
    const lines = firstLines(logFile, logStart)
    if (!(plan.passing?.test(lines) && Date.now() < giveUp)) throw failedStart(plan, lived, lines)
    await sleep(250)
  }
}

/** Starts the server and records it at once, so that a crash right after leaves something to adopt. */
const launchRecorded = async (plan: ServerPlan, launch: Launch, ports: Ports): Promise<ProcessIdentity> => {
  try {
    return await launchDetached(launch, (process) => writeRecord(plan.dataDir, { ...bareRecord(plan, ports), process }))
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error
    throw new PartUnavailable({ part: plan.part, cause: `${launch.command} is missing`, mend: "empty the cache folder and start again" })
  }
}

const bareRecord = (plan: ServerPlan, ports: Ports): PartRecord => ({ part: plan.part, version: plan.version, ports })

const forgetProcess = (plan: ServerPlan, ports: Ports): void => writeRecord(plan.dataDir, bareRecord(plan, ports))

const waitForAnswer = async (plan: ServerPlan, process: ProcessIdentity, ports: Ports): Promise<boolean> => {
  const begun = Date.now()
  let said = 0
  while (isAlive(process) && Date.now() - begun < plan.patience) {
    if (await plan.answers(ports)) return true
    const seconds = Math.floor((Date.now() - begun) / 1000)
    if (seconds > said) plan.progress({ part: plan.part, text: `waiting for an answer, ${seconds} s` })
    said = seconds
    await sleep(20)
  }
  return false
}

const failedStart = (plan: ServerPlan, lived: boolean, lines: string): PartUnavailable => {
  if (lines.includes("No space left on device")) return diskFull(plan.part, plan.dataDir)
  const what = lived ? `it did not answer within ${plan.patience / 1000} s` : "it ended right after its start"
  return new PartUnavailable({
    part: plan.part,
    cause: `${what}; its log begins:\n${lines || "(nothing was logged)"}\n`,
    mend: `read ${serverLog(plan.dataDir)}`
  })
}

const server = (plan: ServerPlan, process: ProcessIdentity, ports: Ports, adopted: boolean): Server => ({
  process,
  ports,
  adopted,
  stop: async () => {
    await endProcess(process, plan.stopLadder)
    // Only this server's entry is forgotten: somebody may have started another one since.
    if (readRecord(plan.dataDir)?.process?.startMark === process.startMark) forgetProcess(plan, ports)
  }
})
