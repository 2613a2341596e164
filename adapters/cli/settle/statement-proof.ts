import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { fromHex } from "../../../engine/core/quantity/bytes.ts"
import { statementLeaf } from "../../../engine/core/proof/community-tree.ts"
import { verifyMerkleProof } from "../../../engine/core/proof/merkle.ts"
import { billTotals, type BillLine } from "../../../engine/core/settlement/community/statement.ts"
import { entryKinds } from "../../../engine/core/settlement/community/ledger.ts"
import { UserError } from "../user-error.ts"
import { readJson } from "./files/json-file.ts"

const hash = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/)))
const whole = Schema.String.pipe(Schema.check(Schema.isPattern(/^-?\d{1,40}$/)))

const Line = Schema.Struct({
  kind: Schema.Literals(entryKinds),
  label: Schema.String,
  meteringPoint: Schema.String,
  counterparty: Schema.String,
  counterpartyPoint: Schema.String,
  energyWh: Schema.Int,
  amount: whole,
  cents: whole,
  vatPerMille: Schema.Int
})

/** What a statement's file says that its leaf is made of; further fields are for people. */
const StatementFile = Schema.Struct({
  member: Schema.String,
  lines: Schema.Array(Line),
  totalCents: whole,
  proof: Schema.Struct({ runId: hash, root: hash, salt: hash, steps: Schema.Array(Schema.Struct({ side: Schema.Literals(["left", "right"]), sibling: hash })) })
})

const wrong = (file: string, text: string): UserError => new UserError(`${file} is not right: ${text}`, "do not pay by it; ask who made the run for the statement and the run's root")

/**
 * Checks one member's statement alone, without anybody else's data: cents of each line from its exact amount, VAT and
 * total from the lines, and that the statement is part of the root. `root` is the published one, from the chain or a
 * notice; without it the root stands in the statement only, and the answer says so.
 */
export const verifyStatement = (file: string, root: string | undefined): string => {
  const { value } = readJson(file, known(file), StatementFile)
  const lines: Array<BillLine> = value.lines.map((line) => ({ ...line, amount: BigInt(line.amount), cents: BigInt(line.cents) }))
  const { totalCents, wrongLine } = billTotals(lines)
  if (wrongLine !== undefined) throw wrong(file, `the line ${wrongLine.kind} ${wrongLine.label} is not its amount rounded to cents`)
  if (totalCents !== BigInt(value.totalCents)) throw wrong(file, `lines and VAT sum to ${totalCents} cents, not ${value.totalCents}`)
  const { runId, salt, steps } = value.proof
  const leaf = statementLeaf(fromHex(runId), fromHex(salt), { member: value.member, lines, totalCents })
  const claimed = root ?? value.proof.root
  if (!verifyMerkleProof(fromHex(claimed), leaf, steps.map(({ side, sibling }) => ({ side, sibling: fromHex(sibling) })))) throw wrong(file, `it is no part of the root ${claimed}`)
  return `${file}: lines, VAT and total are right, and the statement is part of the root ${claimed}${root === undefined ? "\n  (the root is the statement's own; compare it with the published one, or give that by --root)" : ""}\n`
}

/** The fields that are checked, of a file that has more for people. */
const known = (file: string): Uint8Array => {
  try {
    const fields = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>
    return Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(StatementFile.fields, name)))))
  } catch (cause) {
    throw new UserError(`${file} cannot be read as a statement (${(cause as Error).message})`, "name a statement's JSON file, or the folder of a run")
  }
}
