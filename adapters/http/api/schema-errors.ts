import { Effect } from "effect"
import { HttpApiMiddleware } from "effect/http-api"
import { BadRequest } from "./problems.ts"

/** Turns requests that do not fit the API's schemas into {@link BadRequest}. */
export class SchemaErrors extends HttpApiMiddleware.Service<SchemaErrors>()("adapters/http/SchemaErrors", { error: BadRequest }) {}

/** Names the part of the request and what was expected there; a failure of our own answers stays a defect. */
export const schemaErrorsLayer = HttpApiMiddleware.layerSchemaErrorTransform(SchemaErrors, (error) => {
  if (error.kind === "Body" || error.kind === "ResponseHeaders") return Effect.die(error)
  const where = { Params: "path", Query: "query", Headers: "headers", Payload: "body" }[error.kind]
  return Effect.fail(new BadRequest({ cause: `the ${where} of the request is not valid: ${error.cause.message}`, mend: "see /docs for what this route takes" }))
})
