import { Comet38Client, type comet38 } from "@cosmjs/tendermint-rpc"
import { ChainRefusal, ChainUnreachable } from "./chain-error.ts"

type AbciQueryParams = comet38.AbciQueryParams
type AbciQueryResponse = comet38.AbciQueryResponse

/** What a generated message type can do. */
interface Message<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(bytes: Uint8Array): T
}

/**
 * CometBFT's RPC. CosmJS' own detection takes this chain for Tendermint 0.37, so the client is made here by name.
 */
export class Rpc {
  readonly comet: Comet38Client
  readonly chainId: string

  private constructor(comet: Comet38Client, chainId: string) {
    this.comet = comet
    this.chainId = chainId
  }

  static async connect(url: string, expectedChainId?: string): Promise<Rpc> {
    const comet = await reached(() => Comet38Client.connect(url))
    try {
      const chainId = (await reached(() => comet.status())).nodeInfo.network
      if (expectedChainId !== undefined && chainId !== expectedChainId) {
        throw new ChainUnreachable(`${url} is chain ${chainId}, not ${expectedChainId}`)
      }
      return new Rpc(comet, chainId)
    } catch (error) {
      comet.disconnect()
      throw error
    }
  }

  async latestHeight(): Promise<number> {
    return (await reached(() => this.comet.status())).syncInfo.latestBlockHeight
  }

  /** A gRPC query by ABCI; it needs no second port. */
  async query<Q, A>(path: string, question: Message<Q>, answer: Message<A>, request: Q): Promise<A> {
    const data = question.encode(request).finish()
    return answer.decode((await this.abciQuery({ path, data, prove: false })).value)
  }

  /** An ABCI query whose refusal is thrown. */
  async abciQuery(params: AbciQueryParams): Promise<AbciQueryResponse> {
    const response = await reached(() => this.comet.abciQuery(params))
    const code = response.code ?? 0
    if (code !== 0) throw new ChainRefusal(response.codespace ?? "", code, response.log ?? "")
    return response
  }
}

/** Runs a request; whatever is thrown on the way becomes {@link ChainUnreachable}. */
export const reached = async <A>(request: () => Promise<A>): Promise<A> => {
  try {
    return await request()
  } catch (cause) {
    throw new ChainUnreachable(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
