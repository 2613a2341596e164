import { bytes, kind, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

/** Opens a grid area: the order of metering and trading. The first command of every log, signed by the operator it names. */
export const openArea = kind(101, "OpenArea", {
  /** Name of the DSO's balancing area; part of every signed byte string. */
  area: text,
  timeZone: text,
  /** ed25519 public key of the operator, whose commands move market time and record runs. */
  operatorKey: bytes
})
export type OpenArea = ValueOf<typeof openArea>

/** The area was opened. */
export const areaOpened = kind(101, "AreaOpened", { area: text, timeZone: text })

/** Moves market time (design, decision 3). Only the one writer of the area emits it. */
export const tick = kind(102, "Tick", { area: text, time: unsigned })
export type Tick = ValueOf<typeof tick>

/** Market time stands at `time`. */
export const marketTimeMoved = kind(102, "MarketTimeMoved", { time: unsigned })

/** What the core knows of the area itself. `marketTime` and `openedAt` are 0 before the first tick. */
export const gridState = struct({ area: text, timeZone: text, operatorKey: bytes, marketTime: unsigned, openedAt: unsigned })
export type GridState = Infer<typeof gridState>

export const emptyGrid = (): GridState => ({ area: "", timeZone: "UTC", operatorKey: new Uint8Array(), marketTime: 0, openedAt: 0 })
