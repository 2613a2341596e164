import { statementSalt } from "../../../../engine/core/proof/community-tree.ts"
import type { ProofStep } from "../../../../engine/core/proof/merkle.ts"
import { toHex } from "../../../../engine/core/quantity/bytes.ts"
import type { BillLine, Statement } from "../../../../engine/core/settlement/community/statement.ts"
import type { CommunityRun } from "../compute-run.ts"
import { csvText } from "../../../documents/table/csv-text.ts"
import { centsText, kwhText, percentText } from "./money-text.ts"
import { statusText } from "./status-text.ts"

/** Names of the lines for people. */
const titles: Readonly<Record<BillLine["kind"], string>> = {
  market: "traded with a neighbour",
  imbalance: "trade not delivered whole",
  own: "own roof",
  sharing: "shared in the community",
  contract: "contract with a neighbour",
  premium: "premium for shared energy",
  energy: "energy of the supplier",
  "feed-in": "fed in to the supplier",
  "grid-fee": "grid fee",
  levy: "levy",
  subscription: "standing charge",
  capacity: "capacity"
}

/** A statement as JSON: Wh as numbers, money as texts of whole cents and nano-units, and the proof that it is part of the root. */
export const statementJson = (run: CommunityRun, statement: Statement, steps: ReadonlyArray<ProofStep>): string =>
  `${JSON.stringify(
    { community: run.result.community, settlementPeriod: run.result.settlementPeriod, version: run.version, status: statusText(run.status), currency: run.result.currency, ...statement, proof: proofOf(run, statement, steps) },
    (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value),
    2
  )}\n`

const proofOf = ({ runId, root, seed }: CommunityRun, { member }: Statement, steps: ReadonlyArray<ProofStep>) => ({
  runId: toHex(runId),
  root: toHex(root),
  salt: toHex(statementSalt(seed, member)),
  steps: steps.map(({ side, sibling }) => ({ side, sibling: toHex(sibling) }))
})

/** A statement's lines as CSV. */
export const statementCsv = ({ lines }: Statement): string =>
  csvText(
    ["kind", "label", "meteringPoint", "counterparty", "counterpartyPoint", "energyWh", "amountNano", "cents", "vatPerMille"],
    lines.map((line) => [line.kind, line.label, line.meteringPoint, line.counterparty, line.counterpartyPoint, line.energyWh, line.amount, line.cents, line.vatPerMille])
  )

/** Mean price of a line in cents per kWh. */
const meanPrice = ({ energyWh, amount }: BillLine): string => (energyWh === 0 ? "" : `${(Math.abs(Number(amount)) / energyWh / 10_000).toFixed(2)} ct/kWh`)

const lineText = (line: BillLine): string => {
  const other = line.counterparty.startsWith("@") ? line.label : `${line.counterparty} (${line.label})`
  const energy = line.energyWh === 0 ? "" : `${kwhText(line.energyWh)} kWh`
  return `  ${titles[line.kind].padEnd(26)}${other.padEnd(28)}${energy.padStart(16)}${meanPrice(line).padStart(16)}${centsText(line.cents).padStart(12)}`
}

const energyText = ({ energy }: Statement): Array<string> => [
  `  used      ${kwhText(energy.withdrawnWh)} kWh = own roof ${kwhText(energy.ownWh)} + neighbours ${kwhText(energy.tradedWh + energy.sharedWh)} + supplier ${kwhText(energy.residualWh)}`,
  `  produced  ${kwhText(energy.injectedWh)} kWh = own roof ${kwhText(energy.injectedWh - energy.soldWh - energy.givenWh - energy.feedInWh)} + neighbours ${kwhText(energy.soldWh + energy.givenWh)} + fed in ${kwhText(energy.feedInWh)}`
]

/** A statement for reading: energy, lines, VAT, total, savings. Positive is in the member's favour. */
export const statementText = (run: CommunityRun, statement: Statement): string => {
  const { result } = run
  const amount = (label: string, cents: bigint) => `  ${label.padEnd(86)}${centsText(cents).padStart(12)}`
  return `${[
    `${statement.member}, ${result.community}, ${result.settlementPeriod}, version ${run.version} (${statusText(run.status)})`,
    "",
    "Energy",
    ...energyText(statement),
    "",
    `Money in ${result.currency}, positive in your favour`,
    ...statement.lines.map(lineText),
    amount("net", statement.netCents),
    ...statement.vat.map(({ perMille, baseCents, vatCents }) => amount(`VAT ${percentText(perMille)} on ${centsText(baseCents)}`, vatCents)),
    amount("total", statement.totalCents),
    amount("the same energy at the plain tariff", statement.plainCents),
    amount("saved by the community", statement.savingsCents)
  ].join("\n")}\n`
}
