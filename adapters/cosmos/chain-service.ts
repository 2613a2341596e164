import { Effect } from "effect"
import { Chain, ChainRefused, ChainUnavailable } from "../../engine/service/ports/driven/chain.ts"
import type { AppchainClient } from "./appchain.ts"
import { ChainRefusal, NotConfirmed } from "./chain-error.ts"

const toFailure = (cause: unknown): ChainRefused | ChainUnavailable =>
  cause instanceof ChainRefusal
    ? new ChainRefused({ name: cause.refusal, code: cause.code, message: cause.message })
    : new ChainUnavailable({ cause })

const ask = <A>(call: () => Promise<A>) => Effect.tryPromise({ try: call, catch: toFailure })
const read = <A>(call: () => Promise<A>) => Effect.tryPromise({ try: call, catch: (cause) => new ChainUnavailable({ cause }) })

/**
 * The appchain behind the engine's port. `client` may come later than the engine: every call waits for it, so batches
 * wait and the market goes on.
 */
export const chainService = (client: Effect.Effect<AppchainClient, ChainUnavailable>): Chain["Service"] => {
  const withClient = <A, E>(use: (client: AppchainClient) => Effect.Effect<A, E>) => Effect.flatMap(client, use)
  return Chain.of({
    ready: Effect.map(client, ({ chainId }) => ({ chainId })),
    mint: (community, reference, deposits) => withClient((chain) => Effect.asVoid(ask(() => chain.mint(community, reference, deposits)))),
    burn: (community, reference, withdrawals) => withClient((chain) => Effect.asVoid(ask(() => chain.burn(community, reference, withdrawals)))),
    escrow: (community, account) => withClient((chain) => read(() => chain.escrow(community, account))),
    prepare: (batch, approvals) =>
      withClient((chain) =>
        Effect.map(
          ask(() => chain.prepareBatch(batch, approvals)),
          ({ txHash, txBytes }) => ({ hash: txHash, bytes: txBytes })
        )
      ),
    broadcast: ({ bytes }) => withClient((chain) => Effect.asVoid(ask(() => chain.broadcast(bytes)))),
    anchored: (community, settlementPeriod, version) =>
      withClient((chain) =>
        Effect.map(
          read(() => chain.batch({ community, settlementPeriod, version })),
          (found) => (found === undefined ? undefined : { height: Number(found.record.height) })
        )
      ),
    confirm: (transaction) =>
      withClient((chain) =>
        ask(async () => {
          try {
            return { height: (await chain.confirm(transaction)).height }
          } catch (cause) {
            if (cause instanceof NotConfirmed) return undefined
            throw cause
          }
        })
      )
  })
}
