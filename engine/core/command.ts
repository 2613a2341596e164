import { union, type Infer } from "./quantity/codec.ts"
import { openArea, tick } from "./grid/area.ts"
import { openCommunity } from "./tariff/tariff.ts"
import { admitMember, recordDeposit } from "./account/member.ts"
import { registerMeteringPoint } from "./metering/metering-point.ts"
import { submitEvidence } from "./metering/evidence.ts"
import { submitReadings } from "./metering/reading.ts"
import { setPreference } from "./preference/preference.ts"
import { setMarketRules } from "./market/market-rules.ts"
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
  recordRun,
  recordBatchReceipt,
  submitEvidence
])
export type Command = Infer<typeof command>
