import { choice, kind, text, union, type Infer } from "./quantity/codec.ts"
import { areaOpened, marketTimeMoved } from "./grid/area.ts"
import { communityOpened } from "./tariff/tariff.ts"
import { depositRecorded, memberAdmitted } from "./account/member.ts"
import { meteringPointRegistered } from "./metering/metering-point.ts"
import { checkSumCompared } from "./metering/check-sum.ts"
import { clockDoubted, readingFlagged } from "./metering/evidence.ts"
import * as pointEvents from "./metering/point-commands.ts"
import * as readingEvents from "./metering/reading.ts"
import { intervalEstimated } from "./forecast/estimate.ts"
import { preferenceSet } from "./preference/preference.ts"
import { marketRulesSet } from "./market/market-rules.ts"
import { callHeld, collectingBegan, orderChangeRefused, orderClosed, orderMoved, orderPlaced, orderReduced, orderRefused, tradeMade } from "./market/order.ts"
import { deliveryClosed, tradeDelivered } from "./allocation/delivery-events.ts"
import { batchAnchored, escrowMoved, runDue, runRecorded } from "./settlement/record-run.ts"

/** Why a whole record or one of its commands had no effect. Numbers are stable: the list only grows at its end. */
export const refusal = choice([
  "Malformed",
  "WrongDomain",
  "VersionUnknown",
  "AlgorithmUnsupported",
  "Expired",
  "BadSignature",
  "AreaNotOpen",
  "AlreadyDone",
  "NotAuthorized",
  "NonceUsed",
  "UnknownCommunity",
  "UnknownMember",
  "UnknownMeteringPoint",
  "PriceOutOfBounds",
  "PricesOutOfOrder",
  "OutOfBounds",
  "TickNotLater",
  "TickNotOnMinute",
  "TickSkipsPeriod",
  "RunNotDue",
  "PositionsNotBalanced",
  "UnknownBatch",
  "UnknownTimeZone",
  "MoreThanOneMember",
  "MarketWithoutRules",
  "VersionNotCurrent",
  "TooLate",
  "UnknownProfile"
])
export type Refusal = Infer<typeof refusal>

/** A command had no effect, by name. */
export const commandRefused = kind(1, "CommandRefused", { command: text, status: refusal })

/** Every event that `step` can cause. */
export const event = union([
  commandRefused,
  areaOpened,
  marketTimeMoved,
  communityOpened,
  memberAdmitted,
  depositRecorded,
  meteringPointRegistered,
  readingEvents.readingRecorded,
  readingEvents.readingRefused,
  readingEvents.sequenceGapFound,
  readingEvents.batchChainBroken,
  readingEvents.intervalValueRecorded,
  readingEvents.intervalFlagged,
  readingEvents.registerBegunAnew,
  readingEvents.equivocationFound,
  readingEvents.sequenceRestarted,
  readingEvents.clockReported,
  pointEvents.registerDescribed,
  pointEvents.sourceSet,
  pointEvents.meterExchanged,
  pointEvents.meteringPointRetired,
  pointEvents.gatewayKeyRotated,
  pointEvents.intervalValueEdited,
  pointEvents.intervalValuesImported,
  pointEvents.loadProfileDefined,
  pointEvents.loadProfileAssigned,
  pointEvents.checkGroupSet,
  checkSumCompared,
  intervalEstimated,
  preferenceSet,
  marketRulesSet,
  orderPlaced,
  orderRefused,
  orderClosed,
  orderReduced,
  orderMoved,
  orderChangeRefused,
  collectingBegan,
  callHeld,
  tradeMade,
  tradeDelivered,
  deliveryClosed,
  runDue,
  runRecorded,
  escrowMoved,
  batchAnchored,
  readingFlagged,
  clockDoubted
])
export type Event = Infer<typeof event>
