import { randomInt } from "node:crypto"
import { createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { PartUnavailable } from "./part.ts"

/** True when nothing listens on this port of 127.0.0.1. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)))
  })

/**
 * Free ports are chosen from here. Systems give outgoing connections the ports from 32,768 (Linux) or 49,152 (macOS)
 * on: a port from there would often be taken when a part that was stopped wants it back.
 */
const LOWEST_PORT = 10_240
const HIGHEST_PORT = 32_767
const ATTEMPTS = 1_000
/** Milliseconds that a remembered port is waited for: what was killed keeps its sockets until the last of its threads is gone. */
const RELEASE = 5_000

const becomesFree = async (port: number, patience: number): Promise<boolean> => {
  const giveUp = Date.now() + patience
  while (!(await isFree(port))) {
    if (Date.now() >= giveUp) return false
    await sleep(50)
  }
  return true
}

/**
 * Chooses ports by name: a wanted one must be free, a remembered one is taken if it is or becomes free within
 * `patience` milliseconds, else any free one. Throws PartUnavailable when a wanted port is taken.
 */
export const choosePorts = async (
  part: string,
  names: readonly string[],
  wanted: Readonly<Record<string, number>>,
  remembered: Readonly<Record<string, number>>,
  patience = RELEASE
): Promise<Record<string, number>> => {
  const chosen: Record<string, number> = {}
  for (const name of names) chosen[name] = await choosePort(part, wanted[name], remembered[name], Object.values(chosen), patience)
  return chosen
}

const choosePort = async (
  part: string,
  wanted: number | undefined,
  remembered: number | undefined,
  taken: readonly number[],
  patience: number
): Promise<number> => {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted
    const mend = `stop what listens there (ss -ltnp 'sport = :${wanted}') or leave the port open to choice`
    throw new PartUnavailable({ part, cause: `port ${wanted} of 127.0.0.1 is taken or not allowed`, mend })
  }
  if (remembered !== undefined && !taken.includes(remembered) && (await becomesFree(remembered, patience))) return remembered
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1)
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new PartUnavailable({ part, cause: `no port of 127.0.0.1 from ${LOWEST_PORT} to ${HIGHEST_PORT} is free`, mend: "close some programs" })
}
