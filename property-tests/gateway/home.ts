/** A gateway over a real store in a folder of its own, and meters whose counters and clocks a test turns. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { GatewayStore } from "../../adapters/modbus/gateway/gateway-store.ts"
import { makeGateway, type Gateway, type GatewayOptions } from "../../adapters/modbus/gateway/gateway.ts"
import { WaitingPoints } from "../../adapters/modbus/gateway/waiting-points.ts"
import { AREA, type Area, keyOf } from "./area.ts"

/** A home: who lives there with which metering points, behind one key. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "commonwatt-home-"))
  readonly counters = new Map<string, number>()
  readonly area: Area
  readonly members: Readonly<Record<string, ReadonlyArray<string>>>
  /** Seconds of a clock that never jumps, for the pauses between questions. */
  steady = 0
  store: GatewayStore
  gateway: Gateway

  constructor(area: Area, members: Readonly<Record<string, ReadonlyArray<string>>>, change: Partial<GatewayOptions> = {}, key = keyOf(9)) {
    this.area = area
    this.members = members
    this.store = new GatewayStore(join(this.folder, "gateway.sqlite"))
    this.gateway = this.over(change, key)
  }

  private over(change: Partial<GatewayOptions>, key: ReturnType<typeof keyOf>): Gateway {
    return makeGateway({
      area: AREA,
      sites: Object.entries(this.members).map(([name, points]) => ({ name, signer: key, uplink: this.area.uplink, points: points.map((meteringPoint) => ({ meteringPoint, ratedWatts: 20_000 })) })),
      store: this.store,
      read: (meteringPoint) => {
        const registerWh = this.counters.get(meteringPoint) ?? 0
        return Promise.resolve({ meteringPoint, ok: true, reading: { registerWh, powerW: 400, registerStepWh: 1, rawWords: [{ functionCode: 3, address: 0, words: [registerWh >>> 16, registerWh & 0xffff] }] } })
      },
      seal: { readings: 1, seconds: 0 },
      clock: () => "synchronised",
      isFromEngine: () => Promise.resolve(true),
      waitingPoints: new WaitingPoints(() => this.steady),
      ...change
    })
  }

  /** Ends as kill -9 does, and starts again on the same store. */
  restart(change: Partial<GatewayOptions> = {}, key = keyOf(9)): void {
    this.store.close()
    this.store = new GatewayStore(join(this.folder, "gateway.sqlite"))
    this.gateway = this.over(change, key)
  }

  /** Every counter goes on by so many Wh; then one poll. */
  async poll(time: number, wh = 100): Promise<void> {
    for (const point of Object.values(this.members).flat()) this.counters.set(point, (this.counters.get(point) ?? 0) + wh)
    await Effect.runPromise(this.gateway.poll(time))
  }

  flush(): Promise<number> {
    return Effect.runPromise(this.gateway.flush)
  }

  close(): void {
    this.store.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
