/** RTU devices for tests, on a real pseudo-terminal or behind TCP, that answer each request with what the test says. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { crc16 } from "../transport/crc16.ts"
import { listeningServer } from "./listening-server.ts"

/** One RTU request as it came. */
export interface AskedOnBus {
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  readonly words: number
  /** Count of requests before this one. */
  readonly index: number
  /** When its last byte came, by performance.now(). */
  readonly at: number
  write(bytes: Buffer): void
}

const requestLength = 8

/** A payload with its CRC. */
export const rtuFrame = (payload: readonly number[]): Buffer => {
  const crc = crc16(Uint8Array.from(payload), 0, payload.length)
  return Buffer.from([...payload, crc & 255, crc >> 8])
}

/** The frame that answers `asked` with these words. */
export const rtuAnswer = (asked: Pick<AskedOnBus, "unit" | "functionCode">, words: readonly number[]): Buffer =>
  rtuFrame([asked.unit, asked.functionCode, words.length * 2, ...words.flatMap((word) => [word >> 8, word & 255])])

/** Cuts requests of eight bytes and hands them to the script. */
const requestsOf = (asked: AskedOnBus[], script: (asked: AskedOnBus) => void, write: (bytes: Buffer) => void): ((bytes: Buffer) => void) => {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (; rest.length >= requestLength; rest = rest.subarray(requestLength)) {
      if (crc16(rest, 0, requestLength) !== 0) throw new Error("a request came with a wrong CRC")
      const one = {
        unit: rest[0]!, functionCode: rest[1]!, address: rest.readUInt16BE(2), words: rest.readUInt16BE(4),
        index: asked.length, at: performance.now(), write
      }
      asked.push(one)
      script(one)
    }
  }
}

/** Devices on a line. */
export interface ScriptedBus {
  readonly asked: readonly AskedOnBus[]
  close(): Promise<void>
}

/** A serial line whose far end runs the script; `device` is the path to open. Needs python3, which has pseudo-terminals. */
export const scriptedSerialBus = async (script: (asked: AskedOnBus) => void): Promise<ScriptedBus & { readonly device: string }> => {
  const helper = spawn("python3", [fileURLToPath(new URL("./pseudo-terminal.py", import.meta.url))], { stdio: ["pipe", "pipe", "inherit"] })
  const [first] = (await Promise.race([
    once(helper.stdout, "data"),
    once(helper, "exit").then(([code]) => { throw new Error(`the pseudo-terminal helper ended with ${code}; python3 is needed`) })
  ])) as [Buffer]
  const asked: AskedOnBus[] = []
  helper.stdout.on("data", requestsOf(asked, script, (bytes) => void helper.stdin.write(bytes)))
  return {
    device: first.toString("utf8").trim(),
    asked,
    close: async () => {
      helper.stdin.end()
      if (helper.exitCode === null) await once(helper, "exit")
    }
  }
}

/** The same behind TCP, as a transparent serial server does it. */
export const scriptedRtuServer = async (script: (asked: AskedOnBus, socket: Socket) => void): Promise<ScriptedBus & { readonly port: number; readonly connections: () => number }> => {
  const asked: AskedOnBus[] = []
  const server = await listeningServer((socket) => {
    socket.on("data", requestsOf(asked, (one) => script(one, socket), (bytes) => void socket.write(bytes)))
  })
  return { ...server, asked }
}
