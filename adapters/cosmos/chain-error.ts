/** Names of the numbered refusals of x/settlement. chain/testdata/errors.json, written by the Go code, is the test's oracle. */
const settlementErrors: ReadonlyMap<number, string> = new Map([
  [10, "ErrMalformedBatch"],
  [11, "ErrMalformedEntry"],
  [12, "ErrMalformedCommunity"],
  [13, "ErrPositionsNotBalanced"],
  [20, "ErrUnknownCommunity"],
  [21, "ErrNotTreasurer"],
  [22, "ErrNotAuthority"],
  [30, "ErrBatchConflict"],
  [31, "ErrVersionOutOfOrder"],
  [32, "ErrReferenceConflict"],
  [33, "ErrCommunityConflict"],
  [34, "ErrUnknownBatch"],
  [40, "ErrNotApprover"],
  [41, "ErrApprovalSignature"],
  [42, "ErrDuplicateApproval"],
  [43, "ErrThresholdNotReached"],
  [50, "ErrInsufficientEscrow"],
  [51, "ErrEscrowMismatch"]
])

/** The refusals of the Cosmos SDK itself that a caller may want to tell apart. */
const sdkErrors: ReadonlyMap<number, string> = new Map([
  [4, "ErrUnauthorized"],
  [9, "ErrUnknownAddress"],
  [11, "ErrOutOfGas"],
  [19, "ErrTxInMempoolCache"],
  [20, "ErrMempoolIsFull"],
  [21, "ErrTxTooLarge"],
  [22, "ErrKeyNotFound"],
  [32, "ErrWrongSequence"],
  [38, "ErrNotFound"]
])

/** The name behind a code; a code that nobody has named keeps codespace and number. */
export const refusalName = (codespace: string, code: number): string => {
  const names = codespace === "settlement" ? settlementErrors : codespace === "sdk" ? sdkErrors : undefined
  return names?.get(code) ?? `${codespace}:${code}`
}

/** The chain answered, and the answer is no. `refusal` is the error's name in the chain's source. */
export class ChainRefusal extends Error {
  readonly _tag = "ChainRefusal"
  readonly refusal: string
  readonly codespace: string
  readonly code: number
  /** The chain's own words, for people. */
  readonly log: string
  readonly txHash: Uint8Array | undefined

  constructor(codespace: string, code: number, log: string, txHash?: Uint8Array) {
    const refusal = refusalName(codespace, code)
    super(`${refusal}: ${log}`)
    this.name = "ChainRefusal"
    this.refusal = refusal
    this.codespace = codespace
    this.code = code
    this.log = log
    this.txHash = txHash
  }
}

/** No answer: the node is away, starting, or another chain than expected. What was sent may still have arrived. */
export class ChainUnreachable extends Error {
  readonly _tag = "ChainUnreachable"

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "ChainUnreachable"
  }
}

/** A transaction was sent and is in no block so far. Confirm it again by its hash; never assume that it is lost. */
export class NotConfirmed extends Error {
  readonly _tag = "NotConfirmed"
  readonly txHash: Uint8Array

  constructor(txHash: Uint8Array) {
    super("the transaction is in no block so far")
    this.name = "NotConfirmed"
    this.txHash = txHash
  }
}
