import type { Overview, Status, Trade } from "../../../http/api/wire.ts"
import { ask } from "./ask.ts"

/** Whether what is on the screen is current. */
export type StreamState = "connecting" | "live" | "stale"

/** Who listens to the market. */
export interface LiveListener {
  readonly onTrades: (trades: ReadonlyArray<Trade>) => void
  readonly onStatus: (status: Status) => void
  readonly onChanged: () => void
  readonly onState: (state: StreamState) => void
}

/** The server beats every half second: silence of this many milliseconds means that the stream broke. */
const SILENCE = 1_600
/** A stream that is just being opened may take so many milliseconds more to its first beat. */
const OPENING = 3_000
/** Milliseconds between two attempts. */
const PAUSE = 1_000
/** Trades are handed on in bundles, so that a fast market does not paint each one by itself. */
const BUNDLE = 120

/**
 * Follows the market: the newest trades first, then the stream behind the last of them. The browser's own
 * reconnection is not used, because it does not notice a stream that went silent.
 */
export const followMarket = (listener: LiveListener): (() => void) => {
  let source: EventSource | undefined
  let retry: number | undefined
  let last: number | undefined
  let heard = performance.now()
  let waiting: Array<Trade> = []
  let closed = false

  const handOn = (): void => {
    const bundle = waiting
    waiting = []
    if (bundle.length > 0) listener.onTrades(bundle)
  }

  const lost = (): void => {
    source?.close()
    source = undefined
    if (closed || retry !== undefined) return
    listener.onState("stale")
    retry = window.setTimeout(() => {
      retry = undefined
      void begin()
    }, PAUSE)
  }

  const open = (after: number): void => {
    heard = performance.now() + OPENING
    source = new EventSource(`/api/events?after=${after}`)
    const on = <A>(name: string, take: (value: A) => void): void =>
      source!.addEventListener(name, (event: MessageEvent<string>) => {
        heard = performance.now()
        listener.onState("live")
        take(JSON.parse(event.data) as A)
      })
    on<Trade>("trade", (trade) => {
      last = trade.tradeId
      if (waiting.length === 0) window.setTimeout(handOn, BUNDLE)
      waiting.push(trade)
    })
    on<Status>("status", listener.onStatus)
    on<unknown>("changed", listener.onChanged)
    source.addEventListener("error", lost)
  }

  const begin = async (): Promise<void> => {
    try {
      if (last === undefined) {
        const newest = (await ask<ReadonlyArray<Trade>>("trades?limit=60")).toReversed()
        last = newest.at(-1)?.tradeId ?? 0
        listener.onTrades(newest)
      } else if ((await ask<Overview>("overview")).trades < last) {
        // A market with fewer trades than we have seen is another one, begun anew.
        return window.location.reload()
      }
      if (!closed) open(last)
    } catch {
      lost()
    }
  }

  const watch = window.setInterval(() => {
    if (source !== undefined && performance.now() - heard > SILENCE) lost()
  }, 200)
  void begin()
  return () => {
    closed = true
    source?.close()
    window.clearInterval(watch)
    window.clearTimeout(retry)
  }
}
