import { errorText } from "./file-problem.ts"
import { PartUnavailable } from "./part.ts"
import { parsePostgresUrl, withClient } from "./postgres-connection.ts"
import type { RunningPostgres } from "./postgres-server.ts"

/** Checks that a server started by somebody else answers. The part has no pid and its stop() does nothing. */
export const checkExternalPostgres = async (part: string, url: string): Promise<RunningPostgres> => {
  try {
    const address = parsePostgresUrl(url)
    const version = await withClient(url, serverVersion)
    return { name: part, pid: undefined, adopted: true, stop: async () => {}, version, url, ...address }
  } catch (error) {
    // The address may hold a password: it is not repeated.
    const cause = `the server named by COMMONWATT_POSTGRES_URL does not answer (${errorText(error)})`
    throw new PartUnavailable({ part, cause, mend: "correct the variable, or unset it to start a server here" })
  }
}

const serverVersion = async (client: { query(sql: string): Promise<{ rows: { server_version: string }[] }> }): Promise<string> =>
  (await client.query("show server_version")).rows[0]?.server_version.split(" ")[0] ?? "unknown"
