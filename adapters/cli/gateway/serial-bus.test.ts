import { afterEach, expect, test } from "vitest"
import { rtuAnswer, scriptedSerialBus, type AskedOnBus } from "../../modbus/test-support/scripted-bus.ts"
import { runProgram, type GatewayProgram } from "./test-support/gateway-program.ts"
import { homeFolder } from "./test-support/home-folder.ts"

const open: Array<{ close(): unknown }> = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })

const run = (config: string, ...flags: ReadonlyArray<string>): GatewayProgram => {
  const program = runProgram(config, ...flags)
  open.push(program)
  return program
}

test("several meters on one serial bus are read, one question on the line at a time", async () => {
  let onTheLine = 0
  let most = 0
  const read = Promise.withResolvers<undefined>()
  const answer = (asked: AskedOnBus): void => {
    most = Math.max(most, ++onTheLine)
    setTimeout(() => {
      onTheLine -= 1
      asked.write(rtuAnswer(asked, Array.from({ length: asked.words }, () => 0)))
      if ([1, 2, 3].every((unit) => bus.asked.filter((one) => one.unit === unit).length >= 4)) read.resolve(undefined)
    }, 5)
  }
  const bus = await scriptedSerialBus(answer)
  open.push(bus)
  const home = await homeFolder()
  open.push(home)
  const meters = [1, 2, 3].map((unit) => ({ meteringPoint: `p${unit}`, member: "ada", direction: "withdrawal", profile: "eastron-sdm630", device: bus.device, serial: { baud: 19_200 }, unit, ratedWatts: 17_000 }))
  const { gateway, said } = run(home.write({ meters }))
  await read.promise
  gateway.kill("SIGTERM")
  // The engine is away here: what was read waits in the store.
  expect(await said).toMatch(/3 of 3 metering points read; 0 batches handed over, [1-9]\d* wait/)
  expect(gateway.exitCode).toBe(0)
  expect(most).toBe(1)
})

test("without the native package a serial port is refused at the start, with what to do", async () => {
  const home = await homeFolder()
  open.push(home)
  const meters = [{ meteringPoint: "p1", member: "ada", direction: "withdrawal", profile: "eastron-sdm630", device: "/dev/ttyUSB0", unit: 1, ratedWatts: 17_000 }]
  // A machine without the package: nobody finds it.
  const hide = `import { registerHooks } from "node:module"; registerHooks({ resolve: (name, context, next) => { if (name === "@serialport/bindings-cpp") throw new Error("Cannot find package"); return next(name, context) } })`
  const { gateway, said } = run(home.write({ meters }), "--import", `data:text/javascript,${encodeURIComponent(hide)}`)
  expect(await said).toMatch(/names a serial port, and .*serialport, or its native part, is not installed\n {2}To mend it: .*npm install @serialport\/bindings-cpp@13\.0\.0/)
  expect(gateway.exitCode).toBe(1)
})
