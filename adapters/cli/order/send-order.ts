import { join } from "node:path"
import { Effect } from "effect"
import type { Command } from "../../../engine/core/command.ts"
import { sealEnvelope } from "../../../engine/core/seal-envelope.ts"
import type { RecordFate } from "../../../engine/service/ports/driven/order-views.ts"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { UserError } from "../user-error.ts"
import { demoKeys } from "../world/demo-keys.ts"
import { loadWorld, type World } from "../world/world.ts"

/** Which market, and whose wallet: the demo's, derived from the world's public seed. */
export interface MarketAddress {
  readonly url: string
  readonly world: string | undefined
}

/** How often and how long the fate of an envelope is asked for, in milliseconds. */
const ASK_EVERY = 200
const PATIENCE = 20_000

const ask = async (url: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> => {
  try {
    const answer = await fetch(url, init)
    return { status: answer.status, body: await answer.json() }
  } catch (cause) {
    throw new UserError(`no market answers at ${url} (${(cause as Error).message})`, "start one with npm start, or name its address by --url")
  }
}

const openWorld = (file: string | undefined): World => loadWorld(file ?? join(repositoryFolder, "infra", "demo", "semiurb4.world.json"))

const memberOf = (world: World, meteringPoint: string): string => {
  const found = world.members.find(({ meteringPoints }) => meteringPoints.some((point) => point.meteringPoint === meteringPoint))
  if (found === undefined) throw new UserError(`the world ${world.name} has no metering point ${meteringPoint}`, "see /api/members for those that there are, or name the world by --world FILE")
  return found.member
}

const refused = (status: number, body: unknown): never => {
  const { cause = `the market answers ${status}`, mend = "see docs/guides/orders.md" } = body as { readonly cause?: string; readonly mend?: string }
  throw new UserError(cause, mend)
}

/**
 * Signs commands with the wallet of a demo member, hands them over and waits for their fate. The nonce is the clock's
 * milliseconds: above every one that this wallet used, unless somebody signed with a later clock.
 */
export const sendSigned = ({ url, world: file }: MarketAddress, meteringPoint: string, commands: ReadonlyArray<Command>): Effect.Effect<RecordFate, UserError> =>
  Effect.tryPromise({
    try: async () => {
      const world = openWorld(file)
      const wallet = demoKeys(world.seed).walletOf(memberOf(world, meteringPoint))
      const envelope = Buffer.from(sealEnvelope(wallet, world.area, commands, Date.now())).toString("base64")
      const sent = await ask(`${url}/api/orders`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ envelope }) })
      if (sent.status !== 202) return refused(sent.status, sent.body)
      const { follow } = sent.body as { readonly follow: string }
      for (let waited = 0; waited < PATIENCE; waited += ASK_EVERY) {
        const fate = await ask(url + follow)
        if (fate.status === 200) return fate.body as RecordFate
        if (fate.status !== 404) return refused(fate.status, fate.body)
        await new Promise((later) => setTimeout(later, ASK_EVERY))
      }
      throw new UserError("the market took the order and has not said yet what became of it", `ask again: ${url}${follow}`)
    },
    catch: (cause) => (cause instanceof UserError ? cause : new UserError(String(cause), "see docs/guides/orders.md"))
  })

/** The period that starts after the next one, at the market's own time: where an order without a period goes. */
export const nextOpenPeriod = (url: string): Effect.Effect<number, UserError> =>
  Effect.tryPromise({
    try: async () => {
      const { marketTime } = (await ask(`${url}/api/status`)).body as { readonly marketTime: number }
      return (Math.floor(marketTime / 900) + 2) * 900
    },
    catch: (cause) => cause as UserError
  })
