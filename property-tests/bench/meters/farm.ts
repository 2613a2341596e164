// The meters, in a process of their own: one test device to whose port all connect, each answer after the given ms.
import { startDevices } from "../../../adapters/modbus/test-device/start-devices.ts"
import { block, blockWords, unit } from "./implementation.ts"

const devices = await startDevices({
  shows: { image: [{ unit, functionCode: block.functionCode, address: block.address, words: blockWords }] },
  host: "0.0.0.0", delayMs: Number(process.argv[2])
})
process.send!(devices.ports[0])
process.on("disconnect", () => process.exit(0))
