import { createHash } from "node:crypto"
import { type Cause, Effect, type Types } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest, HttpServerResponse } from "effect/http"

/** What browsers may do with our pages: nothing from elsewhere, no inline script, no frame around us. */
const policy = (scripts: string, styles: string): string =>
  `default-src 'none'; script-src ${scripts}; style-src ${styles}; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const headers = {
  "content-security-policy": policy("'self'", "'self'"),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin"
} as const

/** Addresses that only this machine reaches. */
const loopback = new Set(["127.0.0.1", "::1", "localhost"])
const localName = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/**
 * Wraps every answer: security headers, errors as JSON that name cause and mend, and on a loopback address only local
 * names. Without the last a web page elsewhere could let its own name point to 127.0.0.1 and read everything
 * (DNS rebinding).
 */
export const guardLayer = (host: string) =>
  HttpRouter.middleware(
    Effect.fnUntraced(function* (answer: Effect.Effect<HttpServerResponse.HttpServerResponse, Types.unhandled>): Effect.fn.Return<HttpServerResponse.HttpServerResponse, Types.unhandled, HttpServerRequest.HttpServerRequest> {
      const request = yield* HttpServerRequest.HttpServerRequest
      const response =
        loopback.has(host) && !localName.test(request.headers["host"] ?? "")
          ? problem(403, "Forbidden", "this address answers to the names localhost, 127.0.0.1 and [::1] only", "open it under one of these names")
          : yield* Effect.catchCause(answer, (cause) => failed(cause, request.url.split("?")[0]!))
      return HttpServerResponse.setHeaders(response, request.url.startsWith("/docs") ? { ...headers, ...docsHeaders(response) } : headers)
    }),
    { global: true }
  )

/** An error as JSON. */
export const problem = (status: number, tag: string, cause: string, mend: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe({ _tag: tag, cause, mend }, { status })

const failed = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>, path: string): Effect.fn.Return<HttpServerResponse.HttpServerResponse> {
  const [response] = yield* HttpServerError.causeResponse(cause)
  if (response.status === 404) return problem(404, "NotFound", `there is nothing at ${path}`, "see /docs for the routes of the API")
  if (response.status < 500) return response
  yield* Effect.logError(`no answer could be made to ${path}`, cause)
  return problem(response.status, "Failed", "the answer could not be made", "try again; the engine's output says why")
})

/** The API's documentation is one page whose scripts stand inline: they are let in by their hashes, and nothing else. */
const docsHeaders = (response: HttpServerResponse.HttpServerResponse): { readonly "content-security-policy": string } | undefined => {
  if (response.body._tag !== "Uint8Array") return undefined
  const { body } = response.body
  let allowed = docsPolicies.get(body)
  if (allowed === undefined) {
    const scripts = [...new TextDecoder().decode(body).matchAll(/<script>([\s\S]*?)<\/script>/g)]
    const hashes = scripts.map(([, script]) => `'sha256-${createHash("sha256").update(script!).digest("base64")}'`)
    allowed = policy(hashes.join(" ") || "'none'", "'unsafe-inline'")
    docsPolicies.set(body, allowed)
  }
  return { "content-security-policy": allowed }
}
const docsPolicies = new WeakMap<Uint8Array, string>()
