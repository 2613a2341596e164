/** An error for people: what is wrong, and what to do about it. */
export class UserError extends Error {
  override readonly name = "UserError"
  readonly mend: string

  constructor(message: string, mend: string, options?: ErrorOptions) {
    super(message, options)
    this.mend = mend
  }
}
