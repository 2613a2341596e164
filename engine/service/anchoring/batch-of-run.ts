import { chainAccount } from "../../core/account/chain-account.ts"
import { runRoot, saltName } from "../../core/proof/run-tree.ts"
import { orderPositions, type Batch } from "../../core/settlement/batch.ts"
import type { MemberAmount, StoredRun } from "../ports/driven/journal.ts"
import type { Vault } from "../ports/driven/vault.ts"

/** Where a recorded run stands: the rest of a batch's name, the log it was computed from, and the month of whose accounts escrow lies. */
export interface BatchPlace {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly logPosition: number
  readonly logHeadHash: Uint8Array
  readonly accountMonth: string
}

/** The account on chain of a member for a month. */
export const accountOf = (vault: Vault["Service"], community: string, member: string, month: string): Uint8Array => chainAccount(vault.accountSecret, community, member, month)

/** Builds the batch of a run: what moves in escrow moves between derived accounts, lines become leaves under salts from the vault. */
export const batchOfRun = (vault: Vault["Service"], place: BatchPlace, run: StoredRun, moves: ReadonlyArray<MemberAmount>): Batch => {
  const { community, settlementPeriod, version, logPosition, logHeadHash, accountMonth } = place
  return {
    community,
    settlementPeriod,
    version,
    inputsHash: run.inputsHash,
    resultHash: run.resultHash,
    root: runRoot(run, (line) => vault.salt(saltName(run.runId, line))),
    logPosition,
    logHeadHash,
    positions: orderPositions(moves.map(({ member, amount }) => ({ account: accountOf(vault, community, member, accountMonth), amount })))
  }
}
