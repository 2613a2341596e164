/** Inputs that cannot be settled, by name; `text` says what and where. Nothing was settled. */
export class InputRefused extends Error {
  override readonly name = "InputRefused"
  readonly status: RefusalStatus
  readonly text: string

  constructor(status: RefusalStatus, text: string) {
    super(`${status}: ${text}`)
    this.status = status
    this.text = text
  }
}

export type RefusalStatus =
  | "NoPeriods"
  | "BeforeTheFirstVersion"
  | "PartOfADay"
  | "UnknownMeteringPoint"
  | "TradeOutsidePeriods"
  | "TradeOfUnknownPoint"
  | "TradeWithinOneMember"
  | "TradesWithoutStep"
  | "CoefficientsExceedTheWhole"
  | "CurrenciesDiffer"
  | "AreaAwaited"
