import { spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { stopInOrder } from "./stop-in-order.ts"

test("the last started stops first, and one failure stops nobody else", async () => {
  const stopped: string[] = []
  const part = (name: string, fails = false) => ({
    name,
    stop: async () => {
      stopped.push(name)
      if (fails) throw new Error(`${name} hangs`)
    }
  })
  await stopInOrder([part("one"), part("two")])
  expect(stopped).toEqual(["two", "one"])
  await expect(stopInOrder([part("three"), part("four", true), part("five")])).rejects.toThrow("1 of 3 parts")
  expect(stopped.slice(2)).toEqual(["five", "four", "three"])
})

test("a second interrupt ends the program at once, a SIGTERM after the first does not", async () => {
  const module = fileURLToPath(new URL("stop-in-order.ts", import.meta.url))
  const program = `
    import { onInterrupt } from ${JSON.stringify(module)}
    onInterrupt(() => console.log("stopping"))
    console.log("ready")
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] })
  const said = async (): Promise<string> => String((await once(child.stdout, "data"))[0]).trim()
  expect(await said()).toBe("ready")
  child.kill("SIGINT")
  expect(await said()).toBe("stopping")
  child.kill("SIGTERM")
  await sleep(200)
  expect(child.exitCode).toBeNull()
  child.kill("SIGINT")
  expect((await once(child, "exit"))[0]).toBe(130)
})
