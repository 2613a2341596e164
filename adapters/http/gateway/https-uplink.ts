import { Agent, request } from "node:https"
import { Effect } from "effect"
import { decode } from "../../../engine/core/quantity/codec.ts"
import { uplinkAnswer, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import { fateOfBatch, type Fate } from "../../../engine/service/ports/driving/refusal-fate.ts"
import { UplinkRefused, UplinkUnavailable, type Uplink } from "../../../engine/service/ports/driven/uplink.ts"

/** How a gateway reaches its engine. */
export interface HttpsUplinkOptions {
  /** Such as https://127.0.0.1:8443 */
  readonly url: string
  /** PEM of the area's authority. */
  readonly authority: string
  /** PEM of the gateway's certificate and key. */
  readonly certificate: string
  readonly key: string
  /** Milliseconds until an answer counts as missing. */
  readonly patience?: number
}

/** What an engine's clocks show. */
export interface EngineTime {
  readonly marketTime: number
  readonly time: number
}

/** The uplink and what belongs to its connection. */
export interface HttpsUplink {
  readonly uplink: Uplink["Service"]
  /** Market time, and the clock of the engine's machine, in seconds. */
  readonly time: Effect.Effect<EngineTime, UplinkUnavailable>
  readonly close: () => void
}

interface Answer {
  readonly status: number
  readonly retryAfter: number | undefined
  readonly body: Buffer
}

/** The engine's own patience is 20 s; an answer that comes later is asked for again. */
const PATIENCE = 30_000
/** No answer of ours is longer. */
const LONGEST_ANSWER = 1 << 20
/** Refusals by name are judged where all of them are; a status alone is a proxy's. */
const fates: Readonly<Record<string, Fate | undefined>> = fateOfBatch
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

const ask = (agent: Agent, url: URL, patience: number, body?: Uint8Array): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/octet-stream", "content-length": body.length }
    const outgoing = request(url, { agent, method: body === undefined ? "GET" : "POST", headers }, (incoming) => {
      const parts: Array<Buffer> = []
      let size = 0
      incoming.on("data", (part: Buffer) => {
        size += part.length
        if (size > LONGEST_ANSWER) outgoing.destroy(new Error("the answer is longer than any of an engine's"))
        else parts.push(part)
      })
      incoming.on("error", reject)
      incoming.on("end", () => {
        const pause = Number(incoming.headers["retry-after"])
        resolve({ status: incoming.statusCode ?? 0, retryAfter: pause > 0 ? Math.min(pause, 3_600) : undefined, body: Buffer.concat(parts) })
      })
    })
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${patience / 1_000} s`)), patience)
    outgoing.on("close", () => clearTimeout(timer))
    outgoing.on("error", reject)
    outgoing.end(body)
  })

interface Problem {
  readonly _tag: string
  readonly cause: string
  readonly mend: string
  readonly places?: ReadonlyArray<number>
}

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const problemOf = (body: Buffer): Problem => {
  try {
    const { _tag, cause, mend, places } = JSON.parse(body.toString()) as Record<string, unknown>
    return { _tag: String(_tag), cause: String(cause), mend: String(mend), ...(Array.isArray(places) && { places: places.filter(isPlace) }) }
  } catch {
    return { _tag: "Unreadable", cause: "the answer is not the engine's", mend: "see whether a proxy stands between gateway and engine" }
  }
}

const answerOf = ({ status, body, retryAfter }: Answer): UplinkAnswer => {
  if (status !== 200) {
    const { _tag, cause, mend, places } = problemOf(body)
    throw passing.has(status) || fates[_tag] === "passes" ? new UplinkUnavailable({ cause: `${_tag}: ${cause}`, ...(retryAfter !== undefined && { retryAfter }) }) : new UplinkRefused({ name: _tag, reason: cause, mend, places })
  }
  return decode(uplinkAnswer, new Uint8Array(body))
}

const isNamed = (cause: unknown): cause is UplinkUnavailable | UplinkRefused => cause instanceof UplinkUnavailable || cause instanceof UplinkRefused

/**
 * The uplink over HTTPS with mutual TLS: one kept connection a gateway, one batch in flight, the answer after the
 * engine's commit. Only an engine with a certificate of the area's authority is spoken to.
 */
export const httpsUplink = ({ url, authority, certificate, key, patience = PATIENCE }: HttpsUplinkOptions): HttpsUplink => {
  const agent = new Agent({ ca: authority, cert: certificate, key, keepAlive: true, maxSockets: 1, minVersion: "TLSv1.3", maxCachedSessions: 0 })
  const batches = new URL("/gateway/batches", url)
  const clocks = new URL("/gateway/time", url)
  return {
    uplink: {
      submit: (batch) =>
        Effect.tryPromise({
          try: async () => answerOf(await ask(agent, batches, patience, batch)),
          catch: (cause) => (isNamed(cause) ? cause : new UplinkUnavailable({ cause }))
        })
    },
    time: Effect.tryPromise({
      try: async () => {
        const { status, body } = await ask(agent, clocks, patience)
        const found = JSON.parse(body.toString()) as Partial<EngineTime>
        if (status !== 200 || !isPlace(found.marketTime) || !isPlace(found.time)) throw new Error(`the engine tells no time (${status})`)
        return { marketTime: found.marketTime, time: found.time }
      },
      catch: (cause) => new UplinkUnavailable({ cause })
    }),
    close: () => agent.destroy()
  }
}
