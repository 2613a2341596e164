/** Milliseconds after which a connection counts as dead: it is given up, so that the next question opens a new one. */
const PATIENCE = 4_000

/** Asks the API. Throws with what the API says is wrong and how to mend it. */
export const ask = async <A>(path: string): Promise<A> => {
  const answer = await fetch(`/api/${path}`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) })
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return body as A
  const { cause, mend } = (body ?? {}) as { readonly cause?: string; readonly mend?: string }
  throw new Error(cause === undefined ? `${answer.status} ${answer.statusText}` : `${cause}; ${mend}`)
}
