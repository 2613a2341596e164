/**
 * A broken law of the core: energy or money not conserved, a value outside its asserted bounds.
 * It is thrown, never returned: no outside input may cause it, and the engine must stop rather than write after it.
 */
export class Invariant extends Error {
  override readonly name = "Invariant"
}

/** Throws {@link Invariant} with the law's name unless `holds`. These assertions stay on in production. */
export function assertLaw(holds: boolean, law: string): asserts holds {
  if (!holds) throw new Invariant(law)
}
