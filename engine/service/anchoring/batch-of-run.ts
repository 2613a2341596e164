import { chainAccount } from "../../core/account/chain-account.ts"
import { monthOf } from "../../core/calendar/local-day.ts"
import { runRoot, saltName } from "../../core/proof/run-tree.ts"
import { orderPositions, type Batch } from "../../core/settlement/batch.ts"
import type { StoredRun } from "../ports/driven/journal.ts"
import type { Vault } from "../ports/driven/vault.ts"

/** Where a recorded run stands: the rest of a batch's name, and the log it was computed from. */
export interface BatchPlace {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly logPosition: number
  readonly logHeadHash: Uint8Array
}

/** The account on chain of a member for the month of a settlement period. */
export const accountOf = (vault: Vault["Service"], community: string, member: string, settlementPeriod: string): Uint8Array =>
  chainAccount(vault.accountSecret, community, member, monthOf(settlementPeriod))

/** Builds the batch of a run: members become derived accounts, lines become leaves under salts from the vault. */
export const batchOfRun = (vault: Vault["Service"], place: BatchPlace, run: StoredRun): Batch => {
  const { community, settlementPeriod, version, logPosition, logHeadHash } = place
  return {
    community,
    settlementPeriod,
    version,
    inputsHash: run.inputsHash,
    resultHash: run.resultHash,
    root: runRoot(run, (line) => vault.salt(saltName(run.runId, line))),
    logPosition,
    logHeadHash,
    positions: orderPositions(
      run.positions.map(({ member, amount }) => ({ account: accountOf(vault, community, member, settlementPeriod), amount }))
    )
  }
}
