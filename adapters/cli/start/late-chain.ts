import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Deferred, Effect } from "effect"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { ChainUnavailable } from "../../../engine/service/ports/driven/chain.ts"
import type { ChainStatus } from "../../../engine/service/ports/driving/market-status.ts"
import { startChain } from "../../../infra/local/chain.ts"
import { AppchainClient } from "../../cosmos/appchain.ts"
import { addressOf } from "../../cosmos/account-writer.ts"
import type { DemoKeys } from "../world/demo-keys.ts"
import type { World } from "../world/world.ts"
import { UserError } from "../user-error.ts"
import { acquirePart } from "./parts.ts"
import { say, sayProgress } from "./terminal.ts"

/** A chain that comes up behind the market. */
export interface LateChain {
  readonly status: () => ChainStatus
  /** The client, once there is one. Fails at once where there will never be one. */
  readonly client: Effect.Effect<AppchainClient, ChainUnavailable>
}

/** No chain, with the line that says why. */
export const noChain = (detail: string): LateChain => ({
  status: () => ({ state: "absent", detail }),
  client: Effect.fail(new ChainUnavailable({ cause: detail }))
})

const writeCommunityFile = async (data: string, world: World, keys: DemoKeys): Promise<string> => {
  const file = join(data, "community.json")
  const [treasurer, submitter] = await Promise.all([addressOf(keys.treasurerSecret), addressOf(keys.submitterSecret)])
  const community = {
    id: world.community,
    treasurer,
    approvers: [toHex(keys.approver.publicKey)],
    threshold: 1,
    disputeWindowSeconds: world.disputeWindowSeconds
  }
  writeFileSync(file, JSON.stringify({ authority: treasurer, submitters: [submitter], communities: [community] }, null, 2))
  return file
}

/**
 * Builds commonwattd and starts its node in the background of the scope, with progress, while the market already runs.
 * Without Go there is no chain: batches wait, and one line says how to get one.
 */
export const startLateChain = Effect.fn("startLateChain")(function* (data: string, world: World, keys: DemoKeys) {
  const ready = yield* Deferred.make<AppchainClient, ChainUnavailable>()
  let status: ChainStatus = { state: "building", detail: "the chain is being built" }
  const communityFile = yield* Effect.promise(() => writeCommunityFile(data, world, keys))
  const progress = ({ part, text, fraction }: { readonly part: string; readonly text: string; readonly fraction?: number }): void => {
    status = { state: "building", detail: text }
    sayProgress(part, text, fraction)
  }
  const bringUp = Effect.gen(function* () {
    const chain = yield* acquirePart(() => startChain({ dataDir: join(data, "chain"), communityFile, chainId: `commonwatt-${world.name}`, progress }))
    const client = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => AppchainClient.connect({ rpcUrl: chain.rpcUrl, chainId: chain.chainId, treasurerKey: keys.treasurerSecret, submitterKey: keys.submitterSecret }),
        catch: (cause) => new UserError(`the chain does not answer (${String(cause)})`, "look into its log in the data folder")
      }),
      (one) => Effect.sync(() => one.disconnect())
    )
    status = { state: "running", detail: `chain ${chain.chainId}, RPC ${chain.rpcUrl}` }
    say(`  chain: running at ${chain.rpcUrl}`)
    yield* Deferred.succeed(ready, client)
  })
  yield* bringUp.pipe(
    Effect.catch((error) => {
      status = { state: "absent", detail: `${error.message}. To mend it: ${error.mend}` }
      say(`No chain: ${status.detail}. Batches wait; the market goes on.`)
      return Deferred.fail(ready, new ChainUnavailable({ cause: error }))
    }),
    Effect.forkScoped
  )
  return { status: () => status, client: Deferred.await(ready) } satisfies LateChain
})
