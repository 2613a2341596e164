/** An error for people: what is wrong, and what to do about it. */
export class UserError extends Error {
  override readonly name = "UserError"
  readonly mend: string
  /** What the program ends with. */
  readonly exitCode: number

  constructor(message: string, mend: string, options?: ErrorOptions & { readonly exitCode?: number }) {
    super(message, options)
    this.mend = mend
    this.exitCode = options?.exitCode ?? 1
  }
}
