import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx"

/** A message of a transaction that took effect. */
export interface BlockMessage {
  readonly height: number
  readonly typeUrl: string
  readonly value: Uint8Array
}

const ask = async <A>(rpcUrl: string, path: string): Promise<A> => {
  const answer = (await (await fetch(`${rpcUrl}/${path}`)).json()) as { result?: A; error?: unknown }
  if (answer.result === undefined) throw new Error(`${path}: ${JSON.stringify(answer.error)}`)
  return answer.result
}

/** All messages that took effect since genesis, in order, read from the node's blocks one by one. */
export const messagesOfAllBlocks = async (rpcUrl: string): Promise<Array<BlockMessage>> => {
  const { sync_info: sync } = await ask<{ sync_info: { latest_block_height: string; earliest_block_height: string } }>(rpcUrl, "status")
  if (Number(sync.earliest_block_height) !== 1) throw new Error("the node does not hold its first block any more")
  const messages: Array<BlockMessage> = []
  for (let height = 1; height <= Number(sync.latest_block_height); height++) {
    const { block } = await ask<{ block: { data: { txs: Array<string> | null } } }>(rpcUrl, `block?height=${height}`)
    const txs = block.data.txs ?? []
    if (txs.length === 0) continue
    const { txs_results: results } = await ask<{ txs_results: Array<{ code: number }> }>(rpcUrl, `block_results?height=${height}`)
    for (const [index, tx] of txs.entries()) {
      if (results[index]!.code !== 0) continue
      const body = TxBody.decode(TxRaw.decode(Buffer.from(tx, "base64")).bodyBytes)
      for (const { typeUrl, value } of body.messages) messages.push({ height, typeUrl, value })
    }
  }
  return messages
}

/** App hash in the header of a block, in lower-case hexadecimal. */
export const appHashAt = async (rpcUrl: string, height: number): Promise<string> =>
  (await ask<{ header: { app_hash: string } }>(rpcUrl, `header?height=${height}`)).header.app_hash.toLowerCase()

/** The part of genesis that belongs to x/settlement. */
export const settlementGenesis = async (rpcUrl: string): Promise<Record<string, unknown>> =>
  (await ask<{ genesis: { app_state: { settlement: Record<string, unknown> } } }>(rpcUrl, "genesis")).genesis.app_state.settlement
