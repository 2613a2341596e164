/** A TCP server for tests that answers each request with whatever bytes the test says. */
import type { Socket } from "node:net"
import { listeningServer, type ListeningServer } from "./listening-server.ts"

/** One request as it came. */
export interface Asked {
  readonly socket: Socket
  readonly transaction: number
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  readonly words: number
  /** Count of requests before this one, over all connections. */
  readonly index: number
  /** Count of connections before this one. */
  readonly connection: number
}

export interface ScriptedDevice extends ListeningServer {
  readonly asked: readonly Asked[]
}

/** Header and payload of one frame. */
export const frame = (transaction: number, payload: readonly number[], protocol = 0): Buffer =>
  Buffer.from([transaction >> 8, transaction & 255, protocol >> 8, protocol & 255, payload.length >> 8, payload.length & 255, ...payload])

/** The frame that answers `asked` with these words. */
export const answerWith = (asked: Asked, words: readonly number[]): Buffer =>
  frame(asked.transaction, [asked.unit, asked.functionCode, words.length * 2, ...words.flatMap((word) => [word >> 8, word & 255])])

/** The frame that refuses `asked`. */
export const refuseWith = (asked: Asked, code: number): Buffer =>
  frame(asked.transaction, [asked.unit, asked.functionCode | 0x80, code])

/** Starts the device; `script` writes to the socket what it likes. */
export const scriptedDevice = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => {
  const asked: Asked[] = []
  const server = await listeningServer((socket, connection) => {
    let rest = Buffer.alloc(0)
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes])
      for (; rest.length >= 12; rest = rest.subarray(12)) {
        const one = {
          socket, transaction: rest.readUInt16BE(0), unit: rest[6]!, functionCode: rest[7]!,
          address: rest.readUInt16BE(8), words: rest.readUInt16BE(10), index: asked.length, connection
        }
        asked.push(one)
        script(one)
      }
    })
  })
  return { ...server, asked }
}
