import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { memoryViews, someTrade } from "./memory-views.ts"
import { startTestServer, type TestServer, testStatus } from "./test-server.ts"

const state = { away: false }
let folder: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonwatt-console-"))
  await mkdir(join(folder, "console/assets"), { recursive: true })
  await writeFile(join(folder, "console/index.html"), "<!doctype html><title>console</title>")
  await writeFile(join(folder, "console/assets/index-1a2b.js"), "export {}")
  await writeFile(join(folder, "console/assets/large-3c4d.js"), "export {}".repeat(500))
  await writeFile(join(folder, "console/.sources"), "hash of the sources")
  await writeFile(join(folder, "secret.txt"), "not for the web")
  server = await startTestServer(memoryViews([someTrade(1), someTrade(2)], state), testStatus, { consoleFolder: join(folder, "console") })
})

afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

/** The first line of the answer to a path that no client library would send as it is. */
const rawStatus = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`))
    let text = ""
    socket.on("data", (part) => (text += part.toString()))
    socket.on("close", () => resolve(text))
    socket.on("error", reject)
  })

const withHost = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ port: server.port, host: "127.0.0.1", path: "/api/status", headers: { host } }, (answer) => resolve(answer.resume().statusCode ?? 0)).on("error", reject).end()
  })

describe("API", () => {
  it("answers with what the views and the status say", async () => {
    expect(await (await get("/api/status")).json()).toEqual(testStatus)
    expect(await (await get("/api/overview")).json()).toMatchObject({ area: "hollow", day: "2016-06-15", power: { injectedW: 4200 } })
    expect(await (await get("/api/trades?limit=1")).json()).toEqual([someTrade(2)])
    expect(await (await get("/api/trades?after=1")).json()).toEqual([someTrade(2)])
    expect(await (await get("/api/members")).json()).toHaveLength(1)
    expect(await (await get("/api/members/m-1/statement?day=2016-06-14")).json()).toMatchObject({ settlementPeriod: "2016-06-14", total: "0" })
    expect((await get("/api/periods")).status).toBe(200)
    expect((await get("/api/batches")).status).toBe(200)
    expect((await get("/api/data-quality?day=2016-06-14")).status).toBe(200)
    expect((await get("/api/metering-points/I-1/versions")).status).toBe(200)
  })

  it.each([
    ["/api/members/m-7/intervals", 404, "NotFound", "m-7"],
    ["/api/members/m-7/statement", 404, "NotFound", "m-7"],
    ["/api/members/m-1/intervals?day=2016-02-30", 400, "BadRequest", "2016-02-30"],
    ["/api/metering-points/I-7/versions", 404, "NotFound", "I-7"],
    ["/api/data-quality?day=today", 400, "BadRequest", "today"],
    ["/api/trades?limit=0", 400, "BadRequest", "query"],
    ["/api/trades?limit=many", 400, "BadRequest", "query"],
    ["/api/batches/sunny-lane/2016-06-14/1", 404, "NotFound", "no such batch"],
    ["/api/batches/sunny-lane/2016-06-14/x", 400, "BadRequest", "path"],
    ["/api/nothing", 404, "NotFound", "/api/nothing"]
  ])("%s is refused with %d, naming cause and mend", async (path, status, tag, word) => {
    const answer = await get(path)
    const body = (await answer.json()) as { _tag: string; cause: string; mend: string }
    expect([answer.status, body._tag]).toEqual([status, tag])
    expect(body.cause).toContain(word)
    expect(body.mend).not.toBe("")
  })

  it("says that the database is away, and nothing of its inside", async () => {
    state.away = true
    const answer = await get("/api/members")
    state.away = false
    expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ _tag: "Unavailable", cause: "the database does not answer" })])
  })

  it("refuses to be written to", async () => {
    expect((await fetch(`${server.url}/api/members`, { method: "POST", body: "{}" })).status).toBe(404)
  })

  it("describes itself", async () => {
    const openApi = (await (await get("/openapi.json")).json()) as { openapi: string; paths: Record<string, unknown> }
    expect(openApi.openapi).toMatch(/^3\.1/)
    expect(Object.keys(openApi.paths)).toContain("/api/events")
    const docs = await get("/docs")
    expect(await docs.text()).toContain("api-reference")
    expect(docs.headers.get("content-security-policy")).toMatch(/script-src 'sha256-[^']+' 'sha256-[^']+';/)
  })
})

describe("guard", () => {
  it("puts security headers on every answer, errors too", async () => {
    for (const path of ["/", "/api/status", "/api/nothing"]) {
      const { headers } = await get(path)
      expect(headers.get("content-security-policy")).toContain("script-src 'self';")
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
      expect(headers.get("x-content-type-options")).toBe("nosniff")
      expect(headers.get("x-frame-options")).toBe("DENY")
      expect(headers.get("access-control-allow-origin")).toBeNull()
    }
  })

  it.each([["localhost", 200], ["localhost:4000", 200], ["127.0.0.1:80", 200], ["[::1]:80", 200], ["evil.example", 403], ["localhost.evil.example", 403], ["127.0.0.1.nip.io:80", 403]])(
    "the name %s is answered with %d",
    async (host, status) => {
      expect(await withHost(host)).toBe(status)
    }
  )
})

describe("console files", () => {
  it("have their types and are cached by their names", async () => {
    const page = await get("/")
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([200, "text/html; charset=utf-8", "no-cache"])
    const script = await get("/assets/index-1a2b.js")
    expect([script.headers.get("content-type"), script.headers.get("cache-control")]).toEqual(["text/javascript; charset=utf-8", "public, max-age=31536000, immutable"])
    const again = await get("/", { "if-none-match": page.headers.get("etag")! })
    expect(again.status).toBe(304)
  })

  it("come compressed to those who take it, with their type and policy", async () => {
    const page = await get("/assets/large-3c4d.js", { "accept-encoding": "br" })
    expect([page.headers.get("content-encoding"), page.headers.get("content-type")]).toEqual(["br", "text/javascript; charset=utf-8"])
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'")
    expect(await page.text()).toBe("export {}".repeat(500))
  })

  it("an unknown path is the page, an unknown file is not there", async () => {
    expect(await (await get("/members/m-1", { accept: "text/html" })).text()).toContain("<title>console</title>")
    expect((await get("/assets/gone.js")).status).toBe(404)
    expect((await get("/assets/gone.js")).headers.get("cache-control")).toBeNull()
    expect((await get("/.sources")).status).toBe(404)
    expect((await get("/%2esources")).status).toBe(404)
  })

  it.each(["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt", "//../secret.txt", "/%00", "/%zz"])(
    "never leave their folder: %s",
    async (path) => {
      const answer = await rawStatus(path)
      expect(answer).toMatch(/^HTTP\/1\.1 (404|400)/)
      expect(answer).not.toContain("not for the web")
    }
  )
})

describe("port", () => {
  it("a taken one is an error that says what to do", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    await new Promise((ready) => other.once("listening", ready))
    const { port } = other.address() as AddressInfo
    await expect(startTestServer(memoryViews([]), testStatus, { port })).rejects.toMatchObject({
      _tag: "PortUnavailable",
      port,
      message: `port ${port} of 127.0.0.1 is taken by another program; choose another one with --port`
    })
    other.close()
  })

  it("a console that is not built says how to build it", async () => {
    const bare = await startTestServer(memoryViews([]), testStatus)
    expect(await (await fetch(bare.url)).json()).toMatchObject({ cause: "the console is not built" })
    await bare.stop()
  })
})
