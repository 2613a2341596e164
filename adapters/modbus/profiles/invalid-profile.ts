import type { Problem } from "./check-fields.ts"

/** Every problem of a profile file, one on each line as `file:line: path: message`. */
export class InvalidProfile extends Error {
  override readonly name = "InvalidProfile"

  /** Puts the line of its field in front of each problem; a missing field is named at its object. */
  static at(file: string, lines: ReadonlyMap<string, number>, problems: readonly Problem[]): InvalidProfile {
    return new InvalidProfile(problems
      .map(({ path, message }) => `${file}:${lines.get(path) ?? 1}: ${path || "profile"}: ${message}`)
      .join("\n"))
  }
}
