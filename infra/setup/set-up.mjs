#!/usr/bin/env node
// Runs before `npm start` and, with --whole, before `npm test` and what else developers run, on the host's own Node, with nothing installed yet.
// Installs the packages and builds the browser console, each only when what it depends on has changed.

const oldest = 20

if (Number(process.versions.node.split(".")[0]) < oldest) {
  console.error(`commonwatt: this is Node ${process.versions.node}, at least Node ${oldest} is needed. Install a newer one and run the command again.`)
  process.exit(1)
}

// Imported only now: an old Node would already stumble over the first import.
const { setUp } = await import("./steps.mjs")
process.exitCode = await setUp({ whole: process.argv.includes("--whole") })
