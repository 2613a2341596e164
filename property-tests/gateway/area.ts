/** An area without journal and log: the real door in front of the log and the real core behind it, in one process. */
import { Effect } from "effect"
import type { Command } from "../../engine/core/command.ts"
import type { Event } from "../../engine/core/event.ts"
import { RECEIPT_DOMAIN } from "../../engine/core/receipt.ts"
import { sealEnvelope } from "../../engine/core/seal-envelope.ts"
import { emptyState } from "../../engine/core/state.ts"
import { step } from "../../engine/core/step.ts"
import { refusalOf } from "../../engine/service/intake/batch-check.ts"
import { checkRecord } from "../../engine/service/intake/check-record.ts"
import { refillFor } from "../../engine/service/intake/refill.ts"
import { keyPairOf } from "../../engine/service/keys/ed25519.ts"
import { Uplink, UplinkRefused, UplinkUnavailable } from "../../engine/service/ports/driven/uplink.ts"

export const AREA = "a1"
const operator = { ...keyPairOf(new Uint8Array(32).fill(1)), algorithm: "ed25519" as const }
/** A gateway's key. */
export const keyOf = (number: number) => ({ ...keyPairOf(new Uint8Array(32).fill(number)), algorithm: "ed25519" as const })

/** The area: what its operator commands, what gateways hand over, and every event that came of it. */
export class Area {
  readonly state = emptyState()
  readonly events: Array<Event> = []
  /** False while nobody reaches it. */
  isThere = true
  /** The engine's machine, in seconds. */
  wall = 0
  private position = 0
  private readonly receipts = new Map<string, number>()

  async take(bytes: Uint8Array): Promise<{ readonly recordHash: Uint8Array; readonly refused: number }> {
    const record = await checkRecord(this.position, bytes, { area: AREA, now: 0, wallets: { verify: () => false } })
    const name = Buffer.from(record.hash).toString("hex")
    const first = this.receipts.get(name)
    if (first !== undefined) return { recordHash: record.hash, refused: first }
    const events = step(this.state, record)
    this.position++
    this.events.push(...events)
    const refused = events.filter(({ kind }) => kind === "ReadingRefused" || kind === "CommandRefused").length
    this.receipts.set(name, refused)
    return { recordHash: record.hash, refused }
  }

  async command(...commands: ReadonlyArray<Command>): Promise<void> {
    const { refused } = await this.take(sealEnvelope(operator, AREA, commands))
    if (refused > 0) throw new Error(`refused: ${JSON.stringify(this.events.at(-1))}`)
  }

  async open(...members: ReadonlyArray<string>): Promise<void> {
    await this.command(
      { kind: "OpenArea", area: AREA, timeZone: "Europe/Berlin", operatorKey: operator.publicKey },
      { kind: "OpenCommunity", community: "c1", tariff: { residualSupplyPrice: 290_000, feedInPrice: 62_000, sharingPrice: 120_000 } },
      ...members.map((member, index): Command => ({ kind: "AdmitMember", member, community: "c1", walletKey: new Uint8Array(33).fill(index + 2) }))
    )
  }

  register(meteringPoint: string, member: string, gatewayKey: Uint8Array): Promise<void> {
    return this.command({ kind: "RegisterMeteringPoint", meteringPoint, member, direction: "withdrawal", gatewayKey, capacityWh: 5_000 })
  }

  /** Market time moves on, one delivery period after the other. */
  async tick(time: number): Promise<void> {
    while (this.state.grid.marketTime < time) {
      const next = this.state.grid.marketTime === 0 ? time : Math.min(time, Math.floor(this.state.grid.marketTime / 900) * 900 + 900)
      await this.command({ kind: "Tick", area: AREA, time: next })
    }
  }

  /** What a gateway hands over, as it comes through the door. */
  readonly uplink = Uplink.of({
    submit: (batch) =>
      Effect.gen({ self: this }, function* () {
        if (!this.isThere) return yield* new UplinkUnavailable({ cause: "away" })
        const record = yield* Effect.promise(() => checkRecord(0, batch, { area: AREA, now: 0, wallets: { verify: () => false } }))
        const refusal = refusalOf(this.state, record, record.signer)
        if (refusal !== undefined) return yield* new UplinkRefused({ name: refusal.name, reason: refusal.reason, mend: refusal.mend, places: refusal.places })
        const { recordHash, refused } = yield* Effect.promise(() => this.take(batch))
        const receipt = { domain: RECEIPT_DOMAIN, area: AREA, position: 0, recordHash, verdict: "Accepted" as const, refused }
        return { receipt: { receipt, signature: new Uint8Array(64) }, refill: refillFor(this.state, record), engineTime: this.wall }
      })
  })

  /** Events of these kinds. */
  of<Kind extends Event["kind"]>(...kinds: ReadonlyArray<Kind>): Array<Extract<Event, { kind: Kind }>> {
    return this.events.filter((event): event is Extract<Event, { kind: Kind }> => (kinds as ReadonlyArray<string>).includes(event.kind))
  }
}
