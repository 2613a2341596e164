import { afterEach, expect, test } from "vitest"
import { answerWith, scriptedDevice } from "../../modbus/test-support/scripted-device.ts"
import { runProgram } from "./test-support/gateway-program.ts"
import { homeFolder } from "./test-support/home-folder.ts"

const open: Array<{ close(): unknown }> = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })

test("a meter that hangs up on a block is read in parts, and the gateway says so", async () => {
  // Power at 52 and import at 72 are one block of an SDM630; this one lacks what is between them.
  const device = await scriptedDevice((asked) => {
    if (asked.address <= 60 && asked.address + asked.words > 60) asked.socket.destroy()
    else asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, () => 0)))
  })
  open.push(device)
  const home = await homeFolder()
  open.push(home)
  const program = runProgram(home.write({ meters: [{ ...home.meter, port: device.port }] }))
  open.push(program)
  await program.says("p1 is read again")
  program.gateway.kill("SIGTERM")
  const said = await program.said
  expect(said).toContain("  p1: the device gives no answer to registers 52 to 73 (function 4) in one question, though it answers others; from now on they are asked in 2: 52 to 53, 72 to 73\n")
  expect(said).toMatch(/1 of 1 metering points read; 0 batches handed over, [1-9]\d* wait/)
})
