import { AnswerTimeout, Closed, DeviceException, WrongAnswer, isModbusError } from "../client/errors.ts"
import type { ModbusConnection } from "../client/modbus-connection.ts"

/** Exceptions by which a gateway says that nobody is there. */
const nobodyThere: ReadonlySet<number> = new Set([10, 11])

const isThere = async (connection: ModbusConnection, unit: number): Promise<boolean> => {
  try {
    await connection.forUnit(unit).read(3, 0, 1)
    return true
  } catch (error) {
    if (error instanceof DeviceException) return !nobodyThere.has(error.code)
    // A device that hangs up on a strange unit id, or answers under its own, is not this unit.
    if (error instanceof AnswerTimeout || error instanceof WrongAnswer) return false
    if (error instanceof Closed && !connection.isClosed) return false
    throw error
  }
}

/**
 * Asks one register of each unit id in turn; any answer but a gateway's "nobody there" counts, since a device may
 * not have that register. `found` and `asked` tell how far it is. Rejects with the ModbusError of a line that does
 * not open, or with Closed.
 */
export const findUnits = async (
  connection: ModbusConnection, units: readonly number[],
  { found, asked }: { readonly found: (unit: number) => void; readonly asked: (count: number) => void }
): Promise<readonly number[]> => {
  const present: number[] = []
  for (const [index, unit] of units.entries()) {
    const answers = await isThere(connection, unit).catch((error: unknown) => {
      // The first unit shows whether the line works at all; a later hitch costs one unit only.
      if (index === 0 || connection.isClosed || !isModbusError(error)) throw error
      return false
    })
    if (answers) {
      present.push(unit)
      found(unit)
    }
    asked(index + 1)
  }
  return present
}
