import { Schema } from "effect"

const facts = {
  /** What went wrong. */
  cause: Schema.String,
  /** What whoever asked can do about it. */
  mend: Schema.String
}

/** The request does not say what the API needs. */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", facts, { httpApiStatus: 400 }) {}

/** There is no such thing. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", facts, { httpApiStatus: 404 }) {}

/** Whoever asks does so too often; the header Retry-After says for how many seconds to wait. */
export class TooManyRequests extends Schema.TaggedError<TooManyRequests>()("TooManyRequests", facts, { httpApiStatus: 429 }) {}

/** What the answer needs is away for now. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", facts, { httpApiStatus: 503 }) {}
