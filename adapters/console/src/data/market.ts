import { createSignal, onCleanup, type Accessor } from "solid-js"
import type { Status, Trade } from "../../../http/api/wire.ts"
import { followMarket, type StreamState } from "./live.ts"

/** Trades that stay on the screen. */
export const TRADES_SHOWN = 60

/** The market as it is followed. */
export interface Market {
  readonly status: Accessor<Status | undefined>
  readonly stream: Accessor<StreamState>
  /** Newest first. */
  readonly trades: Accessor<ReadonlyArray<Trade>>
  /** Counts up whenever delivery periods or batches changed. */
  readonly changes: Accessor<number>
  readonly zone: Accessor<string>
}

/** Follows the market for as long as the component lives. */
export const createMarket = (): Market => {
  const [status, setStatus] = createSignal<Status>()
  const [stream, setStream] = createSignal<StreamState>("connecting")
  const [trades, setTrades] = createSignal<ReadonlyArray<Trade>>([])
  const [changes, setChanges] = createSignal(0)
  onCleanup(
    followMarket({
      onStatus: setStatus,
      onState: setStream,
      onChanged: () => setChanges((count) => count + 1),
      onTrades: (arrived) => setTrades((before) => [...arrived.toReversed(), ...before].slice(0, TRADES_SHOWN))
    })
  )
  return { status, stream, trades, changes, zone: () => status()?.timeZone ?? "UTC" }
}
