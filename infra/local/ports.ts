import { createServer } from "node:net"
import { PartUnavailable } from "./part.ts"

/** True when nothing listens on this port of 127.0.0.1. */
export const isFree = (port: number): Promise<boolean> => bound(port).then((found) => found !== undefined)

/** Opens the port and closes it again; undefined when it is taken. Port 0 asks the system for a free one. */
const bound = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(undefined))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined))
    })
  })

/**
 * Chooses ports by name: a wanted one must be free, a remembered one is taken if it still is, else any free one.
 * Throws PartUnavailable when a wanted port is taken.
 */
export const choosePorts = async (
  part: string,
  names: readonly string[],
  wanted: Readonly<Record<string, number>>,
  remembered: Readonly<Record<string, number>>
): Promise<Record<string, number>> => {
  const chosen: Record<string, number> = {}
  for (const name of names) chosen[name] = await choosePort(part, wanted[name], remembered[name], Object.values(chosen))
  return chosen
}

const choosePort = async (
  part: string,
  wanted: number | undefined,
  remembered: number | undefined,
  taken: readonly number[]
): Promise<number> => {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted
    const mend = `stop what listens there (ss -ltnp 'sport = :${wanted}') or leave the port open to choice`
    throw new PartUnavailable({ part, cause: `port ${wanted} of 127.0.0.1 is taken or not allowed`, mend })
  }
  if (remembered !== undefined && !taken.includes(remembered) && (await isFree(remembered))) return remembered
  for (;;) {
    const port = await bound(0)
    if (port === undefined) {
      throw new PartUnavailable({ part, cause: "the system gives no free port", mend: "close some programs" })
    }
    if (!taken.includes(port)) return port
  }
}
