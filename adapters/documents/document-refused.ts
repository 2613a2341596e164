/** A document that cannot be read as a whole: what is wrong with it, and what to do. */
export class DocumentRefused extends Error {
  override readonly name = "DocumentRefused"
  readonly mend: string

  constructor(message: string, mend: string, options?: ErrorOptions) {
    super(message, options)
    this.mend = mend
  }
}
