import { equalBytes, toHex } from "./quantity/bytes.ts"
import { isPrice } from "./quantity/money.ts"
import { isCommunityName } from "./quantity/name.ts"
import { knownTimeZones } from "./calendar/local-day.ts"
import { admit, deposit } from "./account/admit.ts"
import { correctCredit, settleDue } from "./account/credit.ts"
import { escrowMoves } from "./account/escrow.ts"
import { applyOrderCommand, isOrderCommand } from "./market/apply-order-command.ts"
import { letTrade } from "./market/let-trade.ts"
import { MarketBooks } from "./market/market-books.ts"
import { areMarketRules, isImbalancePriced } from "./market/market-rules.ts"
import type { OrderCommand } from "./market/order-commands.ts"
import { arePositionsSound } from "./settlement/position.ts"
import { SUPPLIER } from "./settlement/posting.ts"
import { acceptEvidence } from "./metering/accept-evidence.ts"
import { acceptReadings } from "./metering/accept-readings.ts"
import { applyPointCommand, isPointCommand, type PointCommand } from "./metering/apply-point-command.ts"
import { acceptClock } from "./metering/report-clock.ts"
import { registerPoint } from "./metering/register-point.ts"
import type { SubmitEvidence } from "./metering/evidence.ts"
import type { SubmitReadings } from "./metering/reading.ts"
import { MOST_NEIGHBOURS, type SetPreference } from "./preference/preference.ts"
import { recordedVersion, runKey, type RecordBatchReceipt, type RecordRun } from "./settlement/record-run.ts"
import { checkTariff } from "./tariff/tariff.ts"
import type { Command } from "./command.ts"
import { noteNewVersion } from "./corrections.ts"
import type { PositionedRecord } from "./envelope.ts"
import type { Event, Refusal } from "./event.ts"
import { foldRecord, type AreaState } from "./state.ts"
import { applyTick, marketContext } from "./tick.ts"

type Emit = (event: Event) => void
type Status = "Accepted" | Refusal

/**
 * Applies one record of the log to the state and returns its events. Pure but for `state`, which it changes:
 * no clock, no randomness, no I/O. Throws Invariant only when a law is broken, never because of an input.
 */
export const step = (state: AreaState, record: PositionedRecord): Array<Event> => {
  const events: Array<Event> = []
  const emit: Emit = (event) => {
    events.push(event)
    if (event.kind === "IntervalValueRecorded") noteNewVersion(state, event.meteringPoint, event.period)
  }
  if (record.verdict === "Accepted") applyAll(state, record, emit)
  else emit({ kind: "CommandRefused", command: "", status: record.verdict })
  state.nextPosition = record.position + 1
  foldRecord(state, record.position, events)
  return events
}

const applyAll = (state: AreaState, record: PositionedRecord, emit: Emit): void => {
  const wallet = useNonce(state, record)
  const isMixed = concernsSeveral(state, record)
  for (const command of record.commands) {
    const status = wallet === "Accepted" ? apply(state, record, isMixed, command, emit) : wallet
    if (status !== "Accepted") emit({ kind: "CommandRefused", command: command.kind, status })
  }
}

/** A wallet's envelope counts once: its nonce must be above every one before it. Programs' commands carry their own identity. */
const useNonce = (state: AreaState, { signer, nonce }: PositionedRecord): Status => {
  const member = state.accounts.wallets.get(toHex(signer))
  if (member === undefined) return "Accepted"
  const account = state.accounts.members.get(member)!
  if (nonce <= account.nonce) return "NonceUsed"
  account.nonce = nonce
  return "Accepted"
}

const apply = (state: AreaState, record: PositionedRecord, isMixed: boolean, command: Command, emit: Emit): Status => {
  if (command.kind === "OpenArea") return applyOpenArea(state, record, command, emit)
  if (state.grid.area === "") return "AreaNotOpen"
  if (command.kind === "SubmitReadings" || command.kind === "SubmitEvidence") return isMixed ? "MoreThanOneMember" : applyReadings(state, record, command, emit)
  if (command.kind === "ReportClock") return isMixed ? "MoreThanOneMember" : acceptClock(state.metering, record.signer, command, emit)
  if (command.kind === "SetPreference") return applyPreference(state, record, command, emit)
  if (isOrderCommand(command)) return applyOrder(state, record, command, emit)
  return equalBytes(record.signer, state.grid.operatorKey) ? applyOperator(state, command, emit) : "NotAuthorized"
}

const applyOpenArea = (state: AreaState, record: PositionedRecord, command: Command & { kind: "OpenArea" }, emit: Emit): Status => {
  const { area, timeZone, operatorKey } = command
  if (state.grid.area !== "") return "AlreadyDone"
  if (area === "" || operatorKey.length !== 32) return "OutOfBounds"
  if (!knownTimeZones.includes(timeZone)) return "UnknownTimeZone"
  if (!equalBytes(record.signer, operatorKey)) return "NotAuthorized"
  Object.assign(state.grid, { area, timeZone, operatorKey })
  emit({ kind: "AreaOpened", area, timeZone })
  return "Accepted"
}

/** One reading batch concerns one member, so that erasing one never touches another's signature (design, decision 14). */
const concernsSeveral = (state: AreaState, record: PositionedRecord): boolean => {
  let first: string | undefined
  for (const command of record.commands) {
    const items = command.kind === "SubmitReadings" ? command.readings : command.kind === "SubmitEvidence" ? command.evidence : command.kind === "ReportClock" ? [command] : []
    for (const { meteringPoint } of items) {
      const member = state.metering.points.get(meteringPoint)?.member
      if (member !== undefined && member !== (first ??= member)) return true
    }
  }
  return false
}

const applyReadings = (state: AreaState, record: PositionedRecord, command: SubmitReadings | SubmitEvidence, emit: Emit): Status => {
  if (command.kind === "SubmitEvidence") acceptEvidence(state.metering, record.signer, command, emit)
  else acceptReadings(state.metering, state.grid, { signer: record.signer, record: record.hash }, command, emit)
  return "Accepted"
}

const applyPreference = (state: AreaState, record: PositionedRecord, command: SetPreference, emit: Emit): Status => {
  const { meteringPoint, limitPrice, neighbours, keepPercent } = command
  const point = state.metering.points.get(meteringPoint)
  if (point === undefined) return "UnknownMeteringPoint"
  if (state.accounts.wallets.get(toHex(record.signer)) !== point.member) return "NotAuthorized"
  if (!isPrice(limitPrice)) return "PriceOutOfBounds"
  if (keepPercent > 100 || neighbours.length > MOST_NEIGHBOURS || new Set([point.member, ...neighbours]).size <= neighbours.length) return "OutOfBounds"
  const { community } = state.accounts.members.get(point.member)!
  if (neighbours.some((one) => state.accounts.members.get(one)?.community !== community)) return "UnknownMember"
  state.preferences.set(meteringPoint, { limitPrice, neighbours, keepPercent, hash: record.hash })
  emit({ kind: "PreferenceSet", meteringPoint, limitPrice, neighbours, keepPercent, hash: record.hash })
  return "Accepted"
}

/** Orders are the wallet's own: of its member's metering points. What becomes of them the market says by events. */
const applyOrder = (state: AreaState, record: PositionedRecord, command: OrderCommand, emit: Emit): Status => {
  const context = marketContext(state, emit)
  if (context === undefined) return "MarketWithoutRules"
  return applyOrderCommand(context, state.metering, state.accounts.wallets.get(toHex(record.signer)), command)
}

type OperatorCommand = Exclude<Command, { kind: "OpenArea" | "SubmitReadings" | "SubmitEvidence" | "ReportClock" | "SetPreference" } | OrderCommand>

const applyOperator = (state: AreaState, command: OperatorCommand, emit: Emit): Status =>
  isPointCommand(command) ? applyPointCommand(state.metering, state.grid, command, emit) : applyToArea(state, command, emit)

const applyToArea = (state: AreaState, command: Exclude<OperatorCommand, PointCommand>, emit: Emit): Status => {
  switch (command.kind) {
    case "Tick":
      return command.area === state.grid.area ? applyTick(state, command.time, emit) : "NotAuthorized"
    case "OpenCommunity": {
      if (state.tariffs.has(command.community)) return "AlreadyDone"
      if (!isCommunityName(command.community)) return "OutOfBounds"
      const status = checkTariff(command.tariff, isPrice)
      if (status !== "Accepted") return status
      if (state.market.books !== undefined && !isImbalancePriced(state.market.books.rules, command.tariff)) return "PriceOutOfBounds"
      state.tariffs.set(command.community, command.tariff)
      emit({ ...command, kind: "CommunityOpened" })
      return status
    }
    case "AdmitMember": {
      if (!state.tariffs.has(command.community)) return "UnknownCommunity"
      if (command.member === SUPPLIER) return "OutOfBounds"
      const status = admit(state.accounts, command)
      if (status === "Accepted") emit({ kind: "MemberAdmitted", member: command.member, community: command.community })
      return status
    }
    case "RecordDeposit": {
      const result = deposit(state.accounts, command)
      if (result.status === "Accepted") emit({ ...command, kind: "DepositRecorded", credit: result.credit })
      return result.status
    }
    case "RegisterMeteringPoint": {
      if (!state.accounts.members.has(command.member)) return "UnknownMember"
      const status = registerPoint(state.metering, command)
      const { meteringPoint, member, direction } = command
      if (status !== "Accepted") return status
      emit({ kind: "MeteringPointRegistered", meteringPoint, member, direction })
      if (state.market.books !== undefined) letTrade(state.market.books, [meteringPoint], state.metering, state.accounts)
      return status
    }
    case "SetMarketRules": {
      if (state.market.books !== undefined) return "AlreadyDone"
      if (!areMarketRules(command.rules)) return "OutOfBounds"
      if (![...state.tariffs.values()].every((tariff) => isImbalancePriced(command.rules, tariff))) return "PriceOutOfBounds"
      state.market.books = new MarketBooks(command.rules)
      letTrade(state.market.books, state.metering.order, state.metering, state.accounts)
      emit({ kind: "MarketRulesSet", rules: command.rules })
      return "Accepted"
    }
    case "RecordRun":
      return applyRun(state, command, emit)
    case "RecordBatchReceipt":
      return applyReceipt(state, command, emit)
  }
}

const applyRun = (state: AreaState, command: RecordRun, emit: Emit): Status => {
  const run = state.settlement.runs.get(runKey(command.community, command.settlementPeriod))
  if (run === undefined || run.version !== command.version) return "RunNotDue"
  if (run.state !== "due") return "AlreadyDone"
  if ([command.runId, command.inputsHash, command.resultHash].some((hash) => hash.length !== 32)) return "OutOfBounds"
  if (command.positions.some(({ member }) => state.accounts.members.get(member)?.community !== command.community)) return "UnknownMember"
  if (!arePositionsSound(command.positions)) return "PositionsNotBalanced"
  const amounts = new Map(command.positions.map(({ member, amount }) => [member, amount]))
  const book = command.version === 1 ? settleDue : correctCredit
  const own = [...state.accounts.members].filter(([, account]) => account.community === command.community)
  for (const [member, account] of own) book(account, command.settlementPeriod, amounts.get(member) ?? 0n)
  Object.assign(run, { state: "recorded", runId: command.runId })
  emit({ ...command, kind: "RunRecorded" })
  const moves = escrowMoves(own.map(([member, { credit, escrow }]) => ({ member, credit, escrow })))
  for (const { member, amount } of moves) state.accounts.members.get(member)!.escrow += amount
  emit({ kind: "EscrowMoved", runId: command.runId, moves })
  return "Accepted"
}

const applyReceipt = (state: AreaState, command: RecordBatchReceipt, emit: Emit): Status => {
  const run = state.settlement.runs.get(runKey(command.community, command.settlementPeriod))
  if (run === undefined || command.version === 0 || command.version > recordedVersion(run)) return "UnknownBatch"
  if (command.version <= run.anchored) return "AlreadyDone"
  if (command.version !== run.anchored + 1) return "VersionNotCurrent"
  if (command.transaction.length !== 32) return "OutOfBounds"
  run.anchored = command.version
  emit({ ...command, kind: "BatchAnchored" })
  return "Accepted"
}
