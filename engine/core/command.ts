import { union, type Infer } from "./quantity/codec.ts"
import { openArea, tick } from "./grid/area.ts"
import { openCommunity } from "./tariff/tariff.ts"
import { admitMember, recordDeposit } from "./account/member.ts"
import { registerMeteringPoint } from "./metering/metering-point.ts"
import { recordCheckValue } from "./metering/check-sum.ts"
import * as pointCommands from "./metering/point-commands.ts"
import { submitEvidence } from "./metering/evidence.ts"
import { reportClock, submitReadings } from "./metering/reading.ts"
import { setPreference } from "./preference/preference.ts"
import { setMarketRules } from "./market/market-rules.ts"
import { cancelAllOrders, cancelOrder, moveOrder, placeOrder, reduceOrder } from "./market/order-commands.ts"
import { recordBatchReceipt, recordRun } from "./settlement/record-run.ts"

/** Every command that `step` takes. */
export const command = union([
  openArea,
  tick,
  openCommunity,
  admitMember,
  recordDeposit,
  registerMeteringPoint,
  submitReadings,
  setPreference,
  setMarketRules,
  placeOrder,
  cancelOrder,
  cancelAllOrders,
  reduceOrder,
  moveOrder,
  recordRun,
  recordBatchReceipt,
  pointCommands.describeRegister,
  pointCommands.setSource,
  pointCommands.exchangeMeter,
  pointCommands.retireMeteringPoint,
  pointCommands.rotateGatewayKey,
  pointCommands.editIntervalValue,
  pointCommands.importIntervalValues,
  pointCommands.defineLoadProfile,
  reportClock,
  pointCommands.assignLoadProfile,
  pointCommands.setCheckGroup,
  recordCheckValue,
  submitEvidence
])
export type Command = Infer<typeof command>
