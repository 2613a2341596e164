import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci"
import { MsgBurnResponse, MsgMintResponse, MsgSettleBatchResponse } from "./generated/commonwatt/settlement/v1/tx.ts"

/** A confirmed transaction. */
export interface Confirmation {
  readonly txHash: Uint8Array
  readonly height: number
  /** The chain had done this before; nothing has changed this time. */
  readonly repeated: boolean
}

/** Reads from a transaction's result whether its only message had been applied before. */
export const wasRepeated = (result: Uint8Array | undefined): boolean => {
  const response = result === undefined ? undefined : TxMsgData.decode(result).msgResponses[0]
  switch (response?.typeUrl) {
    case "/commonwatt.settlement.v1.MsgSettleBatchResponse":
      return MsgSettleBatchResponse.decode(response.value).alreadySettled
    case "/commonwatt.settlement.v1.MsgMintResponse":
      return MsgMintResponse.decode(response.value).alreadyApplied
    case "/commonwatt.settlement.v1.MsgBurnResponse":
      return MsgBurnResponse.decode(response.value).alreadyApplied
    default:
      return false
  }
}
