import { once } from "node:events"
import { createServer } from "node:net"
import { expect, test } from "vitest"
import { PartUnavailable } from "./part.ts"
import { choosePorts, isFree } from "./ports.ts"

test("free ports differ, and a remembered one is taken again", async () => {
  const first = await choosePorts("test", ["a", "b"], {}, {})
  expect(first["a"]).not.toBe(first["b"])
  expect(await choosePorts("test", ["a", "b"], {}, first)).toEqual(first)
})

test("a taken port is avoided when remembered and an error when wanted", async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const taken = typeof address === "object" && address !== null ? address.port : 0
  expect(await isFree(taken)).toBe(false)
  expect((await choosePorts("test", ["a"], {}, { a: taken }, 100))["a"]).not.toBe(taken)
  const refused = await choosePorts("test", ["a"], { a: taken }, {}).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PartUnavailable)
  expect(String(refused)).toContain(`port ${taken}`)
  expect(refused).toHaveProperty("mend", expect.stringContaining("ss -ltnp"))
  const waiting = choosePorts("test", ["a"], {}, { a: taken })
  server.close()
  expect(await waiting).toEqual({ a: taken })
})
