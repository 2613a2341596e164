/**
 * Faults, markers and sizes that tests plant from outside, by environment; absent in any ordinary run.
 *
 * | COMMONWATT_FAULTS | what goes wrong |
 * |---|---|
 * | `redeliver` | after a restart the log hands out again what was journaled since the last snapshot, as a transport does whose own offset lags behind the effects |
 * | `lose-delivered` | after a restart the log does not hand out again what it held before, as a transport does whose own offset runs ahead of the effects |
 * | `skip-offset-check` | engine and journal believe the transport: no position is compared with the one the journal expects |
 *
 * COMMONWATT_HOLD_AT=name:n stands still at a boundary; COMMONWATT_SNAPSHOT_EVERY=n puts n records between snapshots.
 */
const planted = new Set((process.env["COMMONWATT_FAULTS"] ?? "").split(",").filter((name) => name !== ""))

/** True when the test behind this process asked for the fault `name` (COMMONWATT_FAULTS=name,name). */
export const isFaultOn = (name: string): boolean => planted.has(name)

const holdAt = process.env["COMMONWATT_HOLD_AT"]
const seen = new Map<string, number>()

/**
 * Passes a durable boundary of the engine, by name. With COMMONWATT_HOLD_AT=name:n the n-th passing prints
 * `@boundary name n` on stderr and stands still, so that a test can kill the process exactly there.
 */
export const passBoundary = (name: string): Promise<void> => {
  if (holdAt === undefined) return Promise.resolve()
  const count = (seen.get(name) ?? 0) + 1
  seen.set(name, count)
  if (`${name}:${count}` !== holdAt) return Promise.resolve()
  process.stderr.write(`@boundary ${name} ${count}\n`)
  return new Promise(() => undefined)
}

/** Records between two snapshots: `usual`, or what the test behind this process asked for. */
export const snapshotDistance = (usual: number): number => Number(process.env["COMMONWATT_SNAPSHOT_EVERY"] ?? usual)
