import { spawn } from "node:child_process"

/** A command failed; `output` is what it printed. */
export class CommandFailed extends Error {
  constructor(what, output) {
    super(what)
    this.what = what
    this.output = output
  }
}

/** Somebody stopped the set-up by this signal; what it had started has ended. */
export class Stopped extends Error {
  constructor(signal) {
    super(signal)
    this.signal = signal
  }
}

/** Milliseconds that a command has to end by itself once it was asked to. */
const PATIENCE = 5_000

/** Runs a command with its output kept back, and one line that counts the seconds. Throws CommandFailed, or Stopped. */
export async function runQuietly(what, command, args, options) {
  const clock = showSeconds(what)
  let output = ""
  let release = () => undefined
  try {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
    const stopping = stopWith(child)
    release = stopping.release
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve))
    if (stopping.signal !== undefined) throw new Stopped(stopping.signal)
    if (code !== 0) throw new CommandFailed(what, output)
    clock.end(true)
  } catch (error) {
    clock.end(false)
    throw error instanceof CommandFailed || error instanceof Stopped ? error : new CommandFailed(what, `${output}${error.message}`)
  } finally {
    release()
  }
}

/** Passes a signal on to the child, so that nobody works on in a folder whose set-up has been given up. */
function stopWith(child) {
  const stopping = { signal: undefined, release: () => undefined }
  const stop = (signal) => {
    stopping.signal = signal
    child.kill("SIGTERM")
    setTimeout(() => child.kill("SIGKILL"), PATIENCE).unref()
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
  for (const signal of signals) process.on(signal, stop)
  stopping.release = () => signals.forEach((signal) => process.off(signal, stop))
  return stopping
}

/** On a terminal one line that is written over every second; in a log a line at the start, every 15 s and at the end. */
function showSeconds(what) {
  const begun = Date.now()
  const seconds = () => Math.round((Date.now() - begun) / 1000)
  const terminal = process.stderr.isTTY === true
  const write = (text) => process.stderr.write(terminal ? `\r\u001b[K${text}` : `${text}\n`)
  write(`commonwatt: ${what} ...`)
  const timer = setInterval(() => write(`commonwatt: ${what} ... ${seconds()} s`), terminal ? 1000 : 15_000)
  return {
    end: (good) => {
      clearInterval(timer)
      write(`commonwatt: ${what}: ${good ? "done" : "failed"} after ${seconds()} s`)
      if (terminal) process.stderr.write("\n")
    }
  }
}
