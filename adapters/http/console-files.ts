import { Effect } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse, HttpStaticServer } from "effect/http"
import { problem } from "./guard.ts"

/** Files whose names carry a hash of their content never change; the page that names them always may. */
const cacheControl = (path: string): string => (path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache")

/** Serves the built console; unknown paths without extension get its page, `/api` and hidden files never do. */
export const consoleLayer = (folder: string) =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const files = yield* HttpStaticServer.make({ root: folder, spa: true })
      yield* router.add(
        "GET",
        "/*",
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const path = request.url.split("?")[0]!
          if (path.startsWith("/api/") || path === "/api") return problem(404, "NotFound", `there is no route ${path}`, "see /docs for the routes of the API")
          if (/(^|\/|%2f|%5c)(\.|%2e)/i.test(path)) return problem(404, "NotFound", "there is no such file", "open /")
          return yield* files.pipe(
            Effect.map(HttpServerResponse.setHeader("cache-control", cacheControl(path))),
            Effect.catch(() => Effect.succeed(notThere(path)))
          )
        })
      )
    })
  )

const notThere = (path: string): HttpServerResponse.HttpServerResponse =>
  path === "/" || path === "/index.html"
    ? problem(404, "NotFound", "the console is not built", "run: npx vite build --config adapters/console/vite.config.ts")
    : problem(404, "NotFound", `there is no file ${path}`, "open /")
