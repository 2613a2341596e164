import { connect, Socket } from "node:net"
import jsmodbus from "jsmodbus"
import modbusSerial from "modbus-serial"
import { ModbusConnection } from "../../../adapters/modbus/client/modbus-connection.ts"
import { MeterPoller } from "../../../adapters/modbus/poller/meter-poller.ts"
import { block, hostOf, inTurns, isBlock, unit, type Implementation } from "./implementation.ts"

/** Our whole path: poller, connection, guard, block plan, decoding to Wh and W. */
const commonwatt: Implementation = {
  name: "commonwatt",
  connect: async (meters, port) => {
    const poller = MeterPoller.create(Array.from({ length: meters }, (_, meter) => ({
      meteringPoint: String(meter), profile: "eastron-sdm630", host: hostOf(meter), port, unit, direction: "withdrawal" as const
    })))
    return {
      read: async (meter) => {
        const result = await poller.poll(meter)
        if (!result.ok) throw result.error
        const { registerWh, powerW, rawWords } = result.reading
        return registerWh === 12_345_670 && powerW === 500 && isBlock(rawWords[0]!.words)
      },
      close: () => void poller.close()
    }
  }
}

/** Our connection alone, without plan and decoding. */
const commonwattBlocks: Implementation = {
  name: "commonwatt-connection",
  connect: async (meters, port) => {
    const connections = Array.from({ length: meters }, (_, meter) => new ModbusConnection({ host: hostOf(meter), port }))
    const readers = connections.map((connection) => connection.forUnit(unit))
    return {
      read: async (meter) => isBlock(await readers[meter]!.read(block.functionCode, block.address, block.words)),
      close: () => connections.forEach((connection) => connection.close())
    }
  }
}

const modbusSerialBare: Implementation = {
  name: "modbus-serial",
  connect: async (meters, port) => {
    const clients = await inTurns(meters, async (meter) => {
      const client = new modbusSerial.default()
      await client.connectTCP(hostOf(meter), { port })
      client.setID(unit)
      client.setTimeout(1_000)
      return client
    })
    return {
      read: async (meter) => isBlock((await clients[meter]!.readInputRegisters(block.address, block.words)).data),
      close: () => clients.forEach((client) => client.destroy(() => {}))
    }
  }
}

const jsmodbusBare: Implementation = {
  name: "jsmodbus",
  connect: async (meters, port) => {
    const clients = await inTurns(meters, async (meter) => {
      const socket: Socket = connect({ host: hostOf(meter), port, noDelay: true })
      const client = new jsmodbus.client.TCP(socket, unit, 1_000)
      await new Promise<void>((resolve, reject) => { socket.once("connect", () => resolve()).once("error", reject) })
      return { socket, client }
    })
    return {
      read: async (meter) => isBlock((await clients[meter]!.client.readInputRegisters(block.address, block.words)).response.body.valuesAsArray),
      close: () => clients.forEach(({ socket }) => socket.destroy())
    }
  }
}

/** All that run in Node. */
export const implementations: readonly Implementation[] = [modbusSerialBare, commonwatt, commonwattBlocks, jsmodbusBare]
