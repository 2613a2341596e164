import { describe, expect, test } from "vitest"
import { timeServer } from "./time-server.ts"

/** A machine on which these programs say these things; the others are not there. */
const said = (programs: Readonly<Record<string, string>>) => (program: string): Promise<string | undefined> => Promise.resolve(programs[program])
const noFile = (): Promise<undefined> => Promise.resolve(undefined)
// Reports as chrony 4 writes them: reference id, address, stratum, time, five offsets and rates, delay, dispersion, interval, leap status.
const tracking = (leap: string): string => `A29FC87B,162.159.200.123,4,1795986000.1,0.000012,0.000003,0.000040,-12.1,0.001,0.05,0.011,0.0006,64.3,${leap}\n`

describe("whether the clock follows a time server", () => {
  test.each([
    ["systemd says so", { timedatectl: "yes\n" }, "synchronised"],
    ["systemd says no, although a chronyd runs", { timedatectl: "no\n", chronyc: tracking("Normal") }, "unsynchronised"],
    ["the kernel's clock is kept", { perl: "0" }, "synchronised"],
    ["the kernel inserts a leap second", { perl: "1" }, "synchronised"],
    ["nobody keeps the kernel's clock", { perl: "5", chronyc: tracking("Normal") }, "unsynchronised"],
    ["the kernel may not be asked here", { perl: "-1", chronyc: tracking("Normal") }, "synchronised"],
    ["a chronyd runs and has found no server yet", { chronyc: tracking("Not synchronised") }, "unsynchronised"],
    ["a program says something else", { timedatectl: "n/a", perl: "", chronyc: "" }, "unknown"],
    ["nothing on the machine can tell", {}, "unknown"]
  ] as const)("%s", async (_, programs, expected) => {
    expect(await timeServer(said(programs), noFile)).toBe(expected)
  })

  test("timesyncd's mark counts for as long as it is renewed", async () => {
    const mark = (age: number) => timeServer(said({}), (file) => Promise.resolve(file === "/run/systemd/timesync/synchronized" ? age : undefined))
    expect([await mark(2_048), await mark(4_096), await mark(4_097)]).toEqual(["synchronised", "synchronised", "unsynchronised"])
  })

  test("this machine's own kernel answers, or it is said that nobody knows", async () => {
    expect(["synchronised", "unsynchronised", "unknown"]).toContain(await timeServer())
  })
})
