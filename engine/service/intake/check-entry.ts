import type { Command } from "../../core/command.ts"
import { decode } from "../../core/quantity/codec.ts"
import { toHex } from "../../core/quantity/bytes.ts"
import { envelope, type PositionedRecord } from "../../core/envelope.ts"
import { isOrderCommand } from "../../core/market/apply-order-command.ts"
import type { AreaState } from "../../core/state.ts"
import type { EntryKind } from "../ports/driving/order-entry.ts"

/** Largest envelope that this door takes, in bytes, and most commands in one. */
export const MOST_BYTES = 65_536
export const MOST_COMMANDS = 256

const MENDS: Readonly<Record<string, string>> = {
  TooLarge: `send at most ${MOST_BYTES} bytes and ${MOST_COMMANDS} commands in one envelope`,
  Malformed: "send the canonical bytes of an envelope, as docs/guides/orders.md describes them",
  WrongDomain: "sign for the area of this market: its name is in /api/status",
  VersionUnknown: "sign an envelope of version 1",
  AlgorithmUnsupported: "sign with the member's secp256k1 wallet (ADR-036)",
  Expired: "sign anew, with a later expiry",
  BadSignature: "sign the envelope's canonical bytes with the key that it names",
  NotOrders: "send orders to /api/orders and preferences to /api/preferences",
  UnknownWallet: "sign with the wallet of an admitted member",
  NonceUsed: "sign anew, with a nonce above the last one used"
}

/** What to do about a reason of refusal. */
export const mendOf = (reason: string): string => MENDS[reason] ?? "see docs/guides/orders.md"

/** Whether bytes are an envelope small enough to look into. */
export const checkBytes = (bytes: Uint8Array): "Accepted" | "TooLarge" | "Malformed" => {
  if (bytes.length > MOST_BYTES) return "TooLarge"
  try {
    decode(envelope, bytes)
    return "Accepted"
  } catch {
    return "Malformed"
  }
}

const belongs = (command: Command, kind: EntryKind): boolean => (kind === "orders" ? isOrderCommand(command) : command.kind === "SetPreference")

/**
 * Whether a checked record may go to the log by the door for `kind`. `step` asks all of this again, in the order of the log;
 * here it keeps out what would only fill the journal.
 */
export const checkEntry = ({ verdict, commands, signer, nonce }: PositionedRecord, kind: EntryKind, { accounts }: AreaState): string => {
  if (verdict !== "Accepted") return verdict
  if (commands.length === 0 || !commands.every((command) => belongs(command, kind))) return "NotOrders"
  if (commands.length > MOST_COMMANDS) return "TooLarge"
  const member = accounts.wallets.get(toHex(signer))
  if (member === undefined) return "UnknownWallet"
  return nonce > accounts.members.get(member)!.nonce ? "Accepted" : "NonceUsed"
}
