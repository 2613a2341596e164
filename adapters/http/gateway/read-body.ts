import type { IncomingMessage } from "node:http"

/**
 * The body of a request, at most `limit` bytes. "truncated" where the connection broke before the announced end;
 * "too large" as soon as that is known, without reading on.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<Uint8Array | "truncated" | "too large"> =>
  new Promise((resolve) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return resolve("too large")
    const parts: Array<Buffer> = []
    let size = 0
    request.on("data", (part: Buffer) => {
      size += part.length
      if (size > limit) return resolve("too large")
      parts.push(part)
    })
    request.on("end", () => resolve(request.complete ? Buffer.concat(parts) : "truncated"))
    request.on("error", () => resolve("truncated"))
    request.on("close", () => resolve("truncated"))
  })
