import { Context, Schema, type Effect } from "effect"

/** The vault did not answer. */
export class VaultUnavailable extends Schema.TaggedError<VaultUnavailable>()("VaultUnavailable", { cause: Schema.Defect() }) {}

/** A member's AES-256-GCM key. Erasing it makes every journaled payload of the member unreadable. */
export interface MemberKey {
  readonly keyId: number
  readonly key: Uint8Array
}

/** Keeps the members' keys and the secrets that salts and chain accounts are derived from (design, decision 14). */
export class Vault extends Context.Service<
  Vault,
  {
    /** The member's key, made at first use. */
    readonly keyOf: (subject: string) => Effect.Effect<MemberKey, VaultUnavailable>
    /** Keys by id; erased ones are missing. */
    readonly keys: (keyIds: ReadonlyArray<number>) => Effect.Effect<ReadonlyMap<number, Uint8Array>, VaultUnavailable>
    /** Salt of a statement line, named by its bytes. 32 bytes, never stored on chain. */
    readonly salt: (name: Uint8Array) => Uint8Array
    /** Secret from which accounts on chain are derived. */
    readonly accountSecret: Uint8Array
  }
>()("engine/service/Vault") {}
